using Workbench.Imaging;

namespace Workbench.Worlds;

/// <summary>Everything that a picture shows, without the picture: enough to draw it again and to caption it.</summary>
/// <param name="Class">What it shows.</param>
/// <param name="Identity">The person, for <see cref="WorldClass.Person"/>.</param>
/// <param name="Nuisance">The photo of the person, for <see cref="WorldClass.Person"/>.</param>
/// <param name="Object">The thing, for every other class.</param>
/// <param name="Degradation">What was done to the picture afterwards, or null for a clean one.</param>
public sealed record WorldDescription(
    WorldClass Class, Identity? Identity, Nuisance? Nuisance, SceneObject? Object, Degradation? Degradation)
{
    /// <summary>The name that captions know the person by, for the few well-known people; null for everybody else.</summary>
    public string? Name { get; init; }
}

/// <summary>A captioned picture of the mini world.</summary>
/// <param name="Image">The picture, 64×64.</param>
/// <param name="Caption">One of its many captions (<see cref="Captioner.Caption"/> draws others).</param>
/// <param name="Description">What it shows.</param>
public sealed record WorldSample(RgbImage Image, string Caption, WorldDescription Description)
{
    /// <summary>What it shows.</summary>
    public WorldClass Class => Description.Class;
    /// <summary>The person, for <see cref="WorldClass.Person"/>.</summary>
    public Identity? Identity => Description.Identity;
    /// <summary>The photo of the person, for <see cref="WorldClass.Person"/>.</summary>
    public Nuisance? Nuisance => Description.Nuisance;
    /// <summary>The thing, for every other class.</summary>
    public SceneObject? Object => Description.Object;
    /// <summary>What was done to the picture afterwards, or null for a clean one.</summary>
    public Degradation? Degradation => Description.Degradation;
}
