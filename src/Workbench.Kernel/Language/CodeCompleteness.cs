using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Language;

/// <summary>Whether a text could be run as it stands.</summary>
internal enum Completeness
{
    /// <summary>It can be run.</summary>
    Complete,

    /// <summary>It goes on in another line.</summary>
    Incomplete,

    /// <summary>No further line can mend it.</summary>
    Invalid,
}

/// <summary>Tells consoles when to run what was typed.</summary>
internal static class CodeCompleteness
{
    private const int IndentWidth = 4;

    public static Completeness Of(string code)
    {
        SyntaxTree tree;
        try
        {
            tree = SubmissionCompiler.Parse(CellSource.CSharpOnly(code), "").SyntaxTree;
        }
        catch (CellErrorException)
        {
            return Completeness.Invalid;
        }

        if (!SyntaxFactory.IsCompleteSubmission(tree)) return Completeness.Incomplete;
        return tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error) ? Completeness.Invalid : Completeness.Complete;
    }

    /// <summary>The indent of the next line: four spaces an open brace.</summary>
    public static string Indent(string code)
    {
        var depth = 0;
        foreach (var token in SyntaxFactory.ParseTokens(code))
            depth += token.Kind() switch { SyntaxKind.OpenBraceToken => 1, SyntaxKind.CloseBraceToken => -1, _ => 0 };
        return new(' ', IndentWidth * Math.Max(0, depth));
    }
}
