using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace Workbench.Kernel.Scripting;

/// <summary>
/// <c>#!set --name x --value 3</c>: declares a variable. The value is JSON (a number, true, a text in quotes, a list of
/// one kind); anything else is taken as text, as .NET Interactive does. <c>--value @csharp:y</c> takes another variable.
/// </summary>
internal static partial class SetMagic
{
    [GeneratedRegex("""^\s*(?:--name\s+(?<name>\S+)\s+--value\s+(?<value>.+?)|--value\s+(?<value>.+?)\s+--name\s+(?<name>\S+))\s*$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    /// <summary>The C# that the magic stands for.</summary>
    public static string Declaration(CellStep step)
    {
        var match = Form().Match(step.Text);
        if (!match.Success) throw CellErrorException.Magic("#!set is written #!set --name NAME --value VALUE.", step.Line);
        var name = match.Groups["name"].Value;
        if (!SyntaxFacts.IsValidIdentifier(name)) throw CellErrorException.Magic($"#!set: '{name}' cannot be a variable's name.", step.Line);
        return new string('\n', step.Line - 1) + $"var @{name} = {Value(match.Groups["value"].Value.Trim(), step)};";
    }

    private static string Value(string text, CellStep step)
    {
        if (text.StartsWith("@input", StringComparison.Ordinal)) return "input(\"\")";
        if (text.StartsWith("@password", StringComparison.Ordinal)) return "password(\"\")";
        if (text.StartsWith('@'))
        {
            var parts = text[1..].Split(':', 2);
            if (parts.Length == 2 && parts[0] is not ("csharp" or "c#")) throw CellErrorException.Magic($"#!set: {CellSource.Refusal(parts[0])}", step.Line);
            return SyntaxFacts.IsValidIdentifier(parts[^1]) ? "@" + parts[^1] : throw CellErrorException.Magic($"#!set: '{parts[^1]}' is no variable.", step.Line);
        }

        try
        {
            return Literal(JsonNode.Parse(text)) ?? Quoted(text.Trim('\''));
        }
        catch (JsonException)
        {
            return Quoted(text.Trim('\''));
        }
    }

    private static string? Literal(JsonNode? node) => node switch
    {
        JsonArray { Count: > 0 } list when list.All(i => i is JsonValue) => $"new[] {{ {string.Join(", ", list.Select(Literal))} }}",
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => Quoted(value.GetValue<string>()),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => value.ToJsonString(),
            _ => null,
        },
        _ => null,
    };

    private static string Quoted(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
