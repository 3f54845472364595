using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Workbench.Kernel.Documents;
using Workbench.Kernel.Scripting;

namespace Workbench.Kernel.Running;

/// <summary>
/// Overrides a notebook's parameters as papermill does: a cell tagged <c>injected-parameters</c> after the one tagged
/// <c>parameters</c> declares them again. A value takes the type that the notebook declares; without one, the type is
/// inferred from how the value is written.
/// </summary>
internal static class ParameterInjector
{
    private const string Tag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>Changes the document; returns warnings about names that the notebook does not declare.</summary>
    public static IReadOnlyList<string> Inject(NotebookDocument document, IReadOnlyDictionary<string, string> parameters)
    {
        foreach (var old in document.Cells.Where(c => c.Tags.Contains(InjectedTag)).ToList()) document.Cells.Remove(old);
        if (parameters.Count == 0) return [];

        var declaring = document.Cells.FirstOrDefault(c => c.Kind == CellKind.Code && c.Tags.Contains(Tag));
        var declared = declaring is null ? [] : Declarations(declaring.Source);
        var warnings = new List<string>();
        var code = new StringBuilder("// Injected parameters\n");
        foreach (var (name, value) in parameters)
        {
            if (!SyntaxFacts.IsValidIdentifier(name)) throw new ParameterException($"'{name}' is not a C# name, so it cannot be a parameter.");
            if (declared.TryGetValue(name, out var declaration)) code.Append(Typed(name, value, declaration));
            else
            {
                warnings.Add(declaring is null
                    ? $"no cell is tagged '{Tag}'; '{name}' is declared before the first cell"
                    : $"the notebook declares no parameter '{name}' (it has: {string.Join(", ", declared.Keys)})");
                code.Append($"var {name} = {Inferred(value)};\n");
            }
        }

        var cell = new NotebookCell(CellKind.Code, code.ToString().TrimEnd('\n')) { Metadata = new JsonObject { ["tags"] = new JsonArray(InjectedTag) } };
        document.Cells.Insert(declaring is null ? 0 : document.Cells.IndexOf(declaring) + 1, cell);
        return warnings;
    }

    private static Dictionary<string, (string? Type, ExpressionSyntax? Value)> Declarations(string source)
    {
        var code = string.Join('\n', source.Split('\n').Select(l => l.StartsWith("#!", StringComparison.Ordinal) ? "" : l));
        var declarations = new Dictionary<string, (string?, ExpressionSyntax?)>(StringComparer.Ordinal);
        foreach (var declaration in SubmissionCompiler.Parse(code, "parameters").DescendantNodes().OfType<VariableDeclarationSyntax>())
            foreach (var variable in declaration.Variables)
                declarations[variable.Identifier.ValueText] = (declaration.Type.IsVar ? null : declaration.Type.ToString(), variable.Initializer?.Value);
        return declarations;
    }

    private static string Typed(string name, string value, (string? Type, ExpressionSyntax? Value) declared)
    {
        var type = declared.Type?.TrimEnd('?') ?? TypeOf(declared.Value);
        string Declare(string literal) => $"{declared.Type ?? type ?? "var"} {name} = {literal};\n";
        ParameterException Wrong(string what) => new($"Parameter {name}: '{value}' is not {what}.");
        if (declared.Type?.EndsWith('?') == true && value is "null" or "") return Declare("null");
        switch (type)
        {
            case "string":
                return Declare(SymbolDisplay.FormatLiteral(value, quote: true));
            case "bool":
                return bool.TryParse(value, out var truth) ? Declare(truth ? "true" : "false") : throw Wrong("true or false");
            case "int" or "long" or "uint" or "ulong" or "short" or "byte":
                if (!Int128.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) throw Wrong($"a whole number ({type})");
                if (whole < Least(type) || whole > Greatest(type)) throw Wrong($"within the range of {type}");
                return Declare(whole.ToString(CultureInfo.InvariantCulture) + (type == "long" ? "L" : ""));
            case "double" or "float" or "decimal":
                return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? Declare(Digits(value) + (type switch { "float" => "f", "decimal" => "m", _ => "d" }))
                    : throw Wrong($"a number ({type})");
        }

        // An enum (Profile.Smoke) takes the bare member name or the full one; other types take a C# expression.
        if (declared.Value is MemberAccessExpressionSyntax member && SyntaxFacts.IsValidIdentifier(value)) return Declare($"{member.Expression}.{value}");
        return SyntaxFactory.ParseExpression(value) is { ContainsDiagnostics: false } ? Declare(value) : throw Wrong("a C# expression");
    }

    private static string? TypeOf(ExpressionSyntax? value) => value switch
    {
        PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax literal } => TypeOf(literal),
        LiteralExpressionSyntax literal => literal.Token.Value switch
        {
            string => "string", bool => "bool", int => "int", long => "long", double => "double", float => "float", decimal => "decimal", _ => null,
        },
        InterpolatedStringExpressionSyntax => "string",
        _ => null,
    };

    private static string Inferred(string value)
    {
        if (bool.TryParse(value, out var truth)) return truth ? "true" : "false";
        if (value == "null") return "(string)null";
        if (int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small)) return small.ToString(CultureInfo.InvariantCulture);
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large)) return large.ToString(CultureInfo.InvariantCulture) + "L";
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && value.Any(char.IsAsciiDigit))
            return Digits(value) + "d";
        return SymbolDisplay.FormatLiteral(value, quote: true);
    }

    /// <summary>A number as C# writes it: no sign before a positive one, and no point at the end.</summary>
    private static string Digits(string value) => value.Trim().TrimStart('+').Replace(".e", "e", StringComparison.OrdinalIgnoreCase).TrimEnd('.');

    private static Int128 Least(string type) => type switch
    {
        "int" => int.MinValue, "long" => long.MinValue, "short" => short.MinValue, _ => 0,
    };

    private static Int128 Greatest(string type) => type switch
    {
        "int" => int.MaxValue, "long" => long.MaxValue, "short" => short.MaxValue, "uint" => uint.MaxValue, "ulong" => ulong.MaxValue, _ => byte.MaxValue,
    };
}
