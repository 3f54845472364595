using System.Text.Json.Serialization;

namespace Workbench.Models.CodeFormer;

/// <summary>Shape of a <see cref="CodeFormerModel"/>; the defaults are those of the published network for 512×512 faces.</summary>
public sealed record CodeFormerConfig
{
    /// <summary>The class name that <c>config.json</c> carries.</summary>
    public const string ExpectedClassName = "CodeFormer";

    /// <summary>Kind of network.</summary>
    [JsonPropertyName("_class_name")]
    public string ClassName { get; init; } = ExpectedClassName;

    /// <summary>Width of the code transformer.</summary>
    public int DimEmbd { get; init; } = 512;

    /// <summary>Attention heads of the code transformer.</summary>
    public int NHead { get; init; } = 8;

    /// <summary>Layers of the code transformer.</summary>
    public int NLayers { get; init; } = 9;

    /// <summary>Entries of the codebook.</summary>
    public int CodebookSize { get; init; } = 1024;

    /// <summary>Positions of the code map: the square of <see cref="ImgSize"/> after all halvings.</summary>
    public int LatentSize { get; init; } = 256;

    /// <summary>Resolutions at which encoder features are handed to the decoder.</summary>
    public IReadOnlyList<string> ConnectList { get; init; } = ["32", "64", "128", "256"];

    /// <summary>Height and width of the picture.</summary>
    public int ImgSize { get; init; } = 512;

    /// <summary>Channels at full resolution.</summary>
    public int Nf { get; init; } = 64;

    /// <summary>Channel multiples, one a level; every level but the last ends with a halving.</summary>
    public IReadOnlyList<int> ChMult { get; init; } = [1, 2, 2, 4, 4, 8];

    /// <summary>Residual blocks in a level.</summary>
    public int ResBlocks { get; init; } = 2;

    /// <summary>Resolutions at which every residual block is followed by attention.</summary>
    public IReadOnlyList<int> AttnResolutions { get; init; } = [16];

    /// <summary>Channels of a code.</summary>
    public int EmbDim { get; init; } = 256;

    /// <summary>Groups of every group normalisation.</summary>
    public int NormNumGroups { get; init; } = 32;

    /// <summary>Channels of the feature transform by resolution; a resolution that is missing here takes those of its level.</summary>
    public IReadOnlyDictionary<string, int>? FuseChannels { get; init; }

    /// <summary>Side of the code map.</summary>
    [JsonIgnore]
    public int LatentSide => ImgSize >> (ChMult.Count - 1);

    /// <summary>Channels at <paramref name="level"/>, 0 being full resolution.</summary>
    public int ChannelsAt(int level) => Nf * ChMult[level];

    /// <summary>Checks the values.</summary>
    /// <exception cref="InvalidDataException">A value is outside what the architecture knows.</exception>
    public void Validate()
    {
        if (ClassName != ExpectedClassName) throw Wrong($"_class_name is '{ClassName}', expected '{ExpectedClassName}'");
        if (ChMult.Count == 0 || ResBlocks < 1 || Nf < 1 || NLayers < 0) throw Wrong($"counts must be positive: {this}");
        if (ImgSize % (1 << (ChMult.Count - 1)) != 0) throw Wrong($"img_size {ImgSize} cannot be halved {ChMult.Count - 1} times");
        if (LatentSize != LatentSide * LatentSide) throw Wrong($"latent_size is {LatentSize}, but img_size and ch_mult give {LatentSide}²");
        if (NHead < 1 || DimEmbd % NHead != 0) throw Wrong($"dim_embd {DimEmbd} is no multiple of n_head {NHead}");
        foreach (var size in ConnectList) _ = LevelOf(size);
    }

    /// <summary>The level that works at resolution <paramref name="size"/>.</summary>
    internal int LevelOf(string size)
    {
        for (var level = 0; level < ChMult.Count; level++)
        {
            if ((ImgSize >> level).ToString() == size) return level;
        }
        throw Wrong($"connect_list names resolution '{size}', which no level has");
    }

    private static InvalidDataException Wrong(string what) => new($"CodeFormer config: {what}.");
}
