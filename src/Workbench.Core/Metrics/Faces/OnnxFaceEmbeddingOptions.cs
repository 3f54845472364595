namespace Workbench.Metrics.Faces;

/// <summary>What a network of <see cref="OnnxFaceEmbedding"/> expects; pixels enter as (level − mean) · scale.</summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed record OnnxFaceEmbeddingOptions
{
    /// <summary>InsightFace's ArcFace networks (antelopev2, buffalo): 112², RGB, [-1,1].</summary>
    public static OnnxFaceEmbeddingOptions ArcFace { get; } = new();

    /// <summary>VGG-Face as deepface 0.0.79 feeds it: 224², BGR, [0,1], channels last.</summary>
    public static OnnxFaceEmbeddingOptions VggFace { get; } = new() { Size = 224, IsBgr = true, Mean = 0, Scale = 1.0 / 255, IsChannelsLast = true };

    /// <summary>ArcFace as deepface feeds it: 112², BGR, [0,1], channels last.</summary>
    public static OnnxFaceEmbeddingOptions DeepfaceArcFace { get; } = VggFace with { Size = 112 };

    /// <summary>Side of the network's input.</summary>
    public int Size { get; init; } = 112;

    /// <summary>True for blue, green, red.</summary>
    public bool IsBgr { get; init; }

    /// <summary>Subtracted from 8-bit levels.</summary>
    public double Mean { get; init; } = 127.5;

    /// <summary>Multiplied afterwards.</summary>
    public double Scale { get; init; } = 1 / 127.5;

    /// <summary>True for [1, S, S, 3], false for [1, 3, S, S].</summary>
    public bool IsChannelsLast { get; init; }
}
