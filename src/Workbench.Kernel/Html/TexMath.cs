using System.Text;

namespace Workbench.Kernel.Html;

/// <summary>
/// Turns the TeX of Markdown formulas into MathML, which browsers draw without a script. It knows what formulas in
/// notebooks commonly use; what it does not know stays readable as its source.
/// </summary>
internal sealed class TexMath
{
    private const int MaxDepth = 64;
    private readonly string text;
    private readonly bool block;
    private int position;
    private int depth;

    private TexMath(string text, bool block) => (this.text, this.block) = (text, block);

    public static string ToMathML(string tex, bool block)
    {
        var parser = new TexMath(tex, block);
        try
        {
            var body = parser.Row(_ => false);
            if (parser.position < tex.Length) throw new FormatException("a brace too many");
            return $"<math{(block ? " display=\"block\"" : "")}><mrow>{body}</mrow></math>";
        }
        catch (FormatException)
        {
            return $"<code class=\"math\">{CSharpHighlighter.Encode(tex)}</code>";
        }
    }

    /// <summary>Reads until the end, a closing brace, or what <paramref name="ends"/> recognises (not consumed).</summary>
    private string Row(Func<string, bool> ends)
    {
        if (++depth > MaxDepth) throw new FormatException("too deep");
        var row = new StringBuilder();
        while (true)
        {
            SkipSpace();
            if (position >= text.Length || text[position] == '}' || ends(Peek())) break;
            row.Append(Scripted());
        }

        depth--;
        return row.ToString();
    }

    private string Scripted()
    {
        var (atom, isLarge) = Atom();
        string? below = null, above = null;
        while (true)
        {
            SkipSpace();
            if (position < text.Length && text[position] == '_' && below is null) (position, below) = Argument(position + 1);
            else if (position < text.Length && text[position] == '^' && above is null) (position, above) = Argument(position + 1);
            else if (position < text.Length && text[position] == '\'' && above is null) (position, above) = (position + 1, "<mo>′</mo>");
            else break;
        }

        var stacked = isLarge && block;
        return (below, above) switch
        {
            (null, null) => atom,
            ({ } b, null) => stacked ? $"<munder>{atom}{b}</munder>" : $"<msub>{atom}{b}</msub>",
            (null, { } a) => stacked ? $"<mover>{atom}{a}</mover>" : $"<msup>{atom}{a}</msup>",
            ({ } b, { } a) => stacked ? $"<munderover>{atom}{b}{a}</munderover>" : $"<msubsup>{atom}{b}{a}</msubsup>",
        };
    }

    private (int Position, string Argument) Argument(int from)
    {
        position = from;
        var argument = Argument();
        return (position, argument);
    }

    private string Argument()
    {
        SkipSpace();
        if (position >= text.Length) throw new FormatException("an argument is missing");
        return Atom().Html;
    }

    private (string Html, bool IsLarge) Atom()
    {
        var c = text[position];
        if (c == '{')
        {
            position++;
            var row = Row(_ => false);
            Expect('}');
            return ($"<mrow>{row}</mrow>", false);
        }

        if (c == '\\') return Command();
        if (char.IsAsciiDigit(c))
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiDigit(text[position]) || (text[position] == '.' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1])))) position++;
            return ($"<mn>{text[start..position]}</mn>", false);
        }

        if (c is '^' or '_') return ("<mrow></mrow>", false);
        position++;
        if (char.IsLetter(c)) return ($"<mi>{c}</mi>", false);
        if (char.IsHighSurrogate(c) && position < text.Length) return ($"<mi>{c}{text[position++]}</mi>", false);
        return c switch
        {
            '-' => ("<mo>−</mo>", false),
            '*' => ("<mo>∗</mo>", false),
            '&' => ("", false),
            '(' or ')' or '[' or ']' or '|' or '/' => ($"<mo stretchy=\"false\">{c}</mo>", false), // only \left and \right grow
            _ => ($"<mo>{CSharpHighlighter.Encode(c.ToString())}</mo>", false),
        };
    }

    private (string Html, bool IsLarge) Command()
    {
        var name = Peek()[1..];
        position += name.Length + 1;
        if (TexSymbols.Identifiers.TryGetValue(name, out var letter)) return ($"<mi>{letter}</mi>", false);
        if (TexSymbols.Operators.TryGetValue(name, out var sign)) return ($"<mo stretchy=\"false\">{CSharpHighlighter.Encode(sign)}</mo>", false);
        if (TexSymbols.Integrals.TryGetValue(name, out var integral)) return ($"<mo>{integral}</mo>", false);
        if (TexSymbols.Large.TryGetValue(name, out var large)) return ($"<mo movablelimits=\"false\">{large}</mo>", true);
        if (TexSymbols.Functions.Contains(name)) return ($"<mi>{name}</mi><mo>&#x2061;</mo>", false);
        if (TexSymbols.Spaces.TryGetValue(name, out var width)) return ($"<mspace width=\"{width}\"></mspace>", false);
        if (TexSymbols.Accents.TryGetValue(name, out var accent)) return ($"<mover accent=\"true\">{Argument()}<mo>{accent}</mo></mover>", false);
        switch (name)
        {
            case "frac" or "tfrac" or "dfrac":
                return ($"<mfrac>{Argument()}{Argument()}</mfrac>", false);
            case "sqrt":
                return (Root(), false);
            case "text" or "mathrm" or "textrm" or "operatorname" or "mathsf" or "texttt" or "mathtt" or "textbf" or "textit" or "operatorname*":
                return ($"<mtext>{CSharpHighlighter.Encode(Braced())}</mtext>", name.EndsWith('*'));
            case "mathbb" or "mathcal" or "mathbf" or "boldsymbol" or "bm" or "mathscr":
                return (Styled(name), false);
            case "underbrace" or "overbrace":
                return ($"<mrow>{Argument()}</mrow>", true);
            case "left" or "right" or "big" or "Big" or "bigl" or "bigr" or "Bigl" or "Bigr" or "bigg" or "Bigg":
                return (Fence(), false);
            case "begin":
                return (Environment(Braced()), false);
            case "\\":
                return ("<mspace linebreak=\"newline\"></mspace>", false);
            case "displaystyle" or "textstyle" or "limits" or "nolimits" or "nonumber" or "label" or "tag":
                if (name is "label" or "tag") Braced();
                return ("", false);
            default:
                return ($"<mtext>\\{CSharpHighlighter.Encode(name)}</mtext>", false);
        }
    }

    private string Root()
    {
        SkipSpace();
        if (position >= text.Length || text[position] != '[') return $"<msqrt>{Argument()}</msqrt>";
        position++;
        var degree = Row(next => next == "]");
        Expect(']');
        return $"<mroot>{Argument()}<mrow>{degree}</mrow></mroot>";
    }

    private string Styled(string font)
    {
        SkipSpace();
        if (position < text.Length && text[position] == '\\') return Argument();
        var letters = position < text.Length && text[position] != '{' ? text[position++].ToString() : Braced();
        return letters.Contains('\\')
            ? ToMathML(letters, block: false)
            : $"<mi mathvariant=\"normal\">{CSharpHighlighter.Encode(TexSymbols.Styled(font, letters))}</mi>";
    }

    private string Fence()
    {
        SkipSpace();
        var next = Peek();
        if (next.Length == 0) throw new FormatException("a fence is missing");
        position += next.Length;
        if (next == ".") return "";
        var sign = next[0] == '\\' ? TexSymbols.Operators.GetValueOrDefault(next[1..]) ?? next : next;
        return $"<mo stretchy=\"true\">{CSharpHighlighter.Encode(sign)}</mo>";
    }

    private string Environment(string name)
    {
        if (name is "array") Braced();
        var rows = new StringBuilder("<mtr>");
        while (true)
        {
            rows.Append("<mtd>").Append(Row(next => next is "&" or @"\\" or @"\end")).Append("</mtd>");
            var next = Peek();
            position += next.Length;
            if (next == @"\\") rows.Append("</mtr><mtr>");
            else if (next == @"\end") break;
            else if (next != "&") throw new FormatException("an environment does not end");
        }

        Braced();
        var (open, close) = name.TrimEnd('*') switch { "pmatrix" => ("(", ")"), "bmatrix" => ("[", "]"), "vmatrix" => ("|", "|"), "cases" => ("{", ""), _ => ("", "") };
        var table = $"<mtable{(name.StartsWith("cases", StringComparison.Ordinal) || name.StartsWith("align", StringComparison.Ordinal) ? " columnalign=\"left\"" : "")}>{rows}</mtr></mtable>";
        return $"<mrow>{(open.Length > 0 ? $"<mo>{open}</mo>" : "")}{table}{(close.Length > 0 ? $"<mo>{close}</mo>" : "")}</mrow>";
    }

    /// <summary>The raw text of a braced argument.</summary>
    private string Braced()
    {
        SkipSpace();
        Expect('{');
        var (start, open) = (position, 1);
        for (; position < text.Length; position++)
        {
            if (text[position] == '\\') position++;
            else if (text[position] == '{') open++;
            else if (text[position] == '}' && --open == 0) return text[start..position++];
        }

        throw new FormatException("a brace is missing");
    }

    /// <summary>The next token, not consumed: a command with its backslash, or one character.</summary>
    private string Peek()
    {
        if (position >= text.Length) return "";
        if (text[position] != '\\') return text[position].ToString();
        var end = position + 1;
        while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
        if (end > position + 1 && end < text.Length && text[end] == '*' && text[(position + 1)..end] == "operatorname") end++;
        if (end == position + 1) end = Math.Min(end + 1, text.Length);
        return text[position..end];
    }

    private void SkipSpace()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
    }

    private void Expect(char c)
    {
        if (position >= text.Length || text[position] != c) throw new FormatException($"'{c}' is missing");
        position++;
    }
}
