namespace Workbench.Worlds;

/// <summary>What a picture of the mini world shows.</summary>
public enum WorldClass
{
    /// <summary>A portrait; the only class with identities.</summary>
    Person,
    /// <summary>A cat, sitting or close up.</summary>
    Cat,
    /// <summary>A house.</summary>
    House,
    /// <summary>A flower.</summary>
    Flower,
    /// <summary>A tree.</summary>
    Tree,
    /// <summary>A car from the side.</summary>
    Car,
    /// <summary>An abstract noise pattern: noise, contours, stripes, checker, plaid, blobs.</summary>
    Pattern,
}
