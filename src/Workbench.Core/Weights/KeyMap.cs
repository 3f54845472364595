using System.Text.RegularExpressions;

namespace Workbench.Weights;

/// <summary>Translates the keys of a file into the keys of a module: renames, or drops what the module does not keep.</summary>
public sealed partial class KeyMap
{
    private readonly Func<string, string?> rename;

    /// <summary>Creates a map from a function that returns the new key, or null to drop the tensor.</summary>
    public KeyMap(Func<string, string?> rename) => this.rename = rename;

    /// <summary>Keeps every key.</summary>
    public static KeyMap Identity { get; } = new(key => key);

    /// <summary>
    /// The mid-block attention names of old VAE files (Stable Diffusion 1.x): query, key, value, proj_attn become to_q, to_k, to_v, to_out.0.
    /// Keys that are modern already pass through.
    /// </summary>
    public static KeyMap LegacyVaeAttention { get; } = new(key => LegacyAttention().Replace(key, match => match.Groups[1].Value + match.Groups[2].Value switch
    {
        "query" => "to_q",
        "key" => "to_k",
        "value" => "to_v",
        _ => "to_out.0",
    } + match.Groups[3].Value));

    /// <summary>Drops the <c>position_ids</c> counters that old CLIP files carry; they are 0, 1, 2, … in every file.</summary>
    public static KeyMap DropPositionIds { get; } = Drop("position_ids", "*.position_ids");

    /// <summary>Drops the keys that fit a pattern (<c>*</c> stands for any characters).</summary>
    public static KeyMap Drop(params string[] patterns) => new(key => KeyPattern.AnyMatch(patterns, key) ? null : key);

    /// <summary>Keeps only the keys under <paramref name="prefix"/>, without it: one module out of a file of several.</summary>
    public static KeyMap Under(string prefix) => new(key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null);

    /// <summary>Removes <paramref name="prefix"/> where it stands, for example <c>module.</c> of data-parallel training.</summary>
    public static KeyMap WithoutPrefix(string prefix) => new(key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : key);

    /// <summary>Puts <paramref name="prefix"/> before every key.</summary>
    public static KeyMap WithPrefix(string prefix) => new(key => prefix + key);

    /// <summary>This map, then <paramref name="next"/> on what is left.</summary>
    public KeyMap Then(KeyMap next) => new(key => Map(key) is { } renamed ? next.Map(renamed) : null);

    /// <summary>The module's key for a file's key; null when the tensor is to be dropped.</summary>
    public string? Map(string key) => rename(key);

    [GeneratedRegex(@"^(.*\battentions\.\d+\.)(query|key|value|proj_attn)(\.(?:weight|bias))$", RegexOptions.CultureInvariant)]
    private static partial Regex LegacyAttention();
}
