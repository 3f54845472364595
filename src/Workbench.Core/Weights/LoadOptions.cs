namespace Workbench.Weights;

/// <summary>What <see cref="StateDict.LoadInto(TorchSharp.torch.nn.Module, string, LoadOptions)"/> may tolerate. By default nothing.</summary>
public sealed record LoadOptions
{
    /// <summary>Every key of file and module must agree, and every value must be finite.</summary>
    public static LoadOptions Strict { get; } = new();

    /// <summary>For AutoencoderKL: legacy attention names, and attention weights stored as 1×1 convolutions.</summary>
    public static LoadOptions Vae { get; } = new() { KeyMap = KeyMap.LegacyVaeAttention, ReshapePointwise = true };

    /// <summary>For CLIP: the <c>position_ids</c> of old files are ignored.</summary>
    public static LoadOptions Clip { get; } = new() { KeyMap = KeyMap.DropPositionIds };

    /// <summary>Module keys that the file may lack: names, or patterns with <c>*</c>.</summary>
    public IReadOnlyList<string> AllowMissing { get; init; } = [];

    /// <summary>File keys (after the map) that the module may lack: names, or patterns with <c>*</c>.</summary>
    public IReadOnlyList<string> AllowUnexpected { get; init; } = [];

    /// <summary>Translates file keys into module keys.</summary>
    public KeyMap KeyMap { get; init; } = KeyMap.Identity;

    /// <summary>Accepts [A, B, 1, 1] for [A, B] and the reverse: a linear layer and a 1×1 convolution are the same weights.</summary>
    public bool ReshapePointwise { get; init; }

    /// <summary>Refuses NaN and infinite values.</summary>
    public bool CheckFinite { get; init; } = true;
}
