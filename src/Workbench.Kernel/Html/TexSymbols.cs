namespace Workbench.Kernel.Html;

/// <summary>TeX commands that stand for one symbol.</summary>
internal static class TexSymbols
{
    /// <summary>Commands that stand for an identifier (mi).</summary>
    public static readonly Dictionary<string, string> Identifiers = new(StringComparer.Ordinal)
    {
        ["alpha"] = "α", ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ϵ", ["varepsilon"] = "ε", ["zeta"] = "ζ", ["eta"] = "η",
        ["theta"] = "θ", ["vartheta"] = "ϑ", ["iota"] = "ι", ["kappa"] = "κ", ["lambda"] = "λ", ["mu"] = "μ", ["nu"] = "ν", ["xi"] = "ξ", ["pi"] = "π",
        ["rho"] = "ρ", ["sigma"] = "σ", ["tau"] = "τ", ["upsilon"] = "υ", ["phi"] = "ϕ", ["varphi"] = "φ", ["chi"] = "χ", ["psi"] = "ψ", ["omega"] = "ω",
        ["Gamma"] = "Γ", ["Delta"] = "Δ", ["Theta"] = "Θ", ["Lambda"] = "Λ", ["Xi"] = "Ξ", ["Pi"] = "Π", ["Sigma"] = "Σ", ["Phi"] = "Φ", ["Psi"] = "Ψ", ["Omega"] = "Ω",
        ["infty"] = "∞", ["ell"] = "ℓ", ["nabla"] = "∇", ["partial"] = "∂", ["emptyset"] = "∅", ["hbar"] = "ℏ", ["Re"] = "ℜ", ["Im"] = "ℑ", ["top"] = "⊤",
        ["ldots"] = "…", ["dots"] = "…", ["cdots"] = "⋯", ["forall"] = "∀", ["exists"] = "∃", ["degree"] = "°",
    };

    /// <summary>Commands that stand for an operator (mo).</summary>
    public static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["cdot"] = "·", ["times"] = "×", ["div"] = "÷", ["pm"] = "±", ["mp"] = "∓", ["le"] = "≤", ["leq"] = "≤", ["ge"] = "≥", ["geq"] = "≥", ["ne"] = "≠", ["neq"] = "≠",
        ["approx"] = "≈", ["sim"] = "∼", ["simeq"] = "≃", ["equiv"] = "≡", ["propto"] = "∝", ["ll"] = "≪", ["gg"] = "≫", ["in"] = "∈", ["notin"] = "∉", ["subset"] = "⊂",
        ["subseteq"] = "⊆", ["cup"] = "∪", ["cap"] = "∩", ["setminus"] = "∖", ["to"] = "→", ["rightarrow"] = "→", ["leftarrow"] = "←", ["gets"] = "←", ["mapsto"] = "↦",
        ["Rightarrow"] = "⇒", ["Leftarrow"] = "⇐", ["Leftrightarrow"] = "⇔", ["iff"] = "⇔", ["leftrightarrow"] = "↔", ["odot"] = "⊙", ["otimes"] = "⊗", ["oplus"] = "⊕",
        ["circ"] = "∘", ["ast"] = "∗", ["star"] = "⋆", ["mid"] = "∣", ["parallel"] = "∥", ["perp"] = "⊥", ["langle"] = "⟨", ["rangle"] = "⟩", ["lVert"] = "‖", ["rVert"] = "‖",
        ["Vert"] = "‖", ["|"] = "‖", ["vert"] = "|", ["lfloor"] = "⌊", ["rfloor"] = "⌋", ["lceil"] = "⌈", ["rceil"] = "⌉", ["{"] = "{", ["}"] = "}", ["land"] = "∧", ["lor"] = "∨",
        ["neg"] = "¬", ["colon"] = ":", ["triangleq"] = "≜", ["coloneqq"] = "≔", ["prime"] = "′", ["%"] = "%", ["&"] = "&", ["#"] = "#", ["_"] = "_", ["$"] = "$",
    };

    /// <summary>Operators whose scripts stand above and below in display formulas.</summary>
    public static readonly Dictionary<string, string> Large = new(StringComparer.Ordinal)
    {
        ["sum"] = "∑", ["prod"] = "∏", ["bigcup"] = "⋃", ["bigcap"] = "⋂", ["max"] = "max", ["min"] = "min", ["sup"] = "sup", ["inf"] = "inf", ["lim"] = "lim",
        ["argmax"] = "arg max", ["argmin"] = "arg min", ["mathop"] = "",
    };

    /// <summary>Operators with scripts at the side.</summary>
    public static readonly Dictionary<string, string> Integrals = new(StringComparer.Ordinal) { ["int"] = "∫", ["iint"] = "∬", ["oint"] = "∮" };

    /// <summary>Named functions, set upright.</summary>
    public static readonly HashSet<string> Functions =
        ["log", "ln", "exp", "sin", "cos", "tan", "tanh", "sinh", "cosh", "arg", "det", "dim", "ker", "deg", "gcd", "Pr", "arctan", "arcsin", "arccos", "sgn"];

    /// <summary>Accents over their argument.</summary>
    public static readonly Dictionary<string, string> Accents = new(StringComparer.Ordinal)
    {
        ["hat"] = "^", ["widehat"] = "^", ["bar"] = "‾", ["overline"] = "‾", ["tilde"] = "~", ["widetilde"] = "~", ["vec"] = "→", ["dot"] = "˙", ["ddot"] = "¨",
    };

    /// <summary>Fonts: the offset into the mathematical alphabets for capital and small letters, with the letters that stand elsewhere.</summary>
    public static string Styled(string font, string text) => string.Concat(text.Select(c => Letter(font, c)));

    /// <summary>Width in em of spacing commands.</summary>
    public static readonly Dictionary<string, string> Spaces = new(StringComparer.Ordinal)
    {
        [","] = "0.17em", [":"] = "0.22em", [";"] = "0.28em", ["!"] = "-0.17em", [" "] = "0.25em", ["quad"] = "1em", ["qquad"] = "2em",
    };

    private static string Letter(string font, char c)
    {
        if (!char.IsAsciiLetter(c)) return c.ToString();
        var irregular = (font, c) switch
        {
            ("mathbb", 'C') => "ℂ", ("mathbb", 'H') => "ℍ", ("mathbb", 'N') => "ℕ", ("mathbb", 'P') => "ℙ", ("mathbb", 'Q') => "ℚ", ("mathbb", 'R') => "ℝ", ("mathbb", 'Z') => "ℤ",
            ("mathcal", 'B') => "ℬ", ("mathcal", 'E') => "ℰ", ("mathcal", 'F') => "ℱ", ("mathcal", 'H') => "ℋ", ("mathcal", 'I') => "ℐ", ("mathcal", 'L') => "ℒ",
            ("mathcal", 'M') => "ℳ", ("mathcal", 'R') => "ℛ", ("mathcal", 'e') => "ℯ", ("mathcal", 'g') => "ℊ", ("mathcal", 'o') => "ℴ",
            _ => null,
        };
        if (irregular is not null) return irregular;
        var start = font switch { "mathbb" => 0x1D538, "mathcal" or "mathscr" => 0x1D49C, "mathbf" or "boldsymbol" or "bm" => 0x1D400, _ => 0 };
        return start == 0 ? c.ToString() : char.ConvertFromUtf32(start + (char.IsUpper(c) ? c - 'A' : 26 + c - 'a'));
    }
}
