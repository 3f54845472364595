namespace Workbench.Analysis.Maps;

/// <summary>How <see cref="Umap"/> measures how far points lie apart.</summary>
public enum UmapMetric
{
    /// <summary>The length of their difference.</summary>
    Euclidean,

    /// <summary>1 − cos, for CLIP embeddings; points must have length 1.</summary>
    Cosine,
}
