using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>What portraits of different people may be made to share, so that an identity encoder has to read the face.</summary>
public sealed record PortraitOptions
{
    /// <summary>Clothes, glasses and hat come from this seed instead of the photo's own; give it to several people and they dress alike.</summary>
    public Seed? Outfit { get; init; }

    /// <summary>Hair colour and style come from the training identity that this seed picks; give it to several people and they share their hair.</summary>
    public Seed? Hair { get; init; }

    /// <summary>Background and light come from this seed.</summary>
    public Seed? Scene { get; init; }

    /// <summary>Standard deviation in pixels of a blur of the face alone; 0 leaves it sharp.</summary>
    public float BlurFace { get; init; }

    /// <summary>A degradation of the finished picture.</summary>
    public Degradation? Degradation { get; init; }
}

/// <summary>Portraits by identity number and photo seed: the data of the identity encoder.</summary>
/// <param name="people">The identities; null for those of the shipped models.</param>
/// <seealso href="notebooks/00-start-here.ipynb">Explained in notebook 00.</seealso>
public sealed class Portraits(IdentitySplit? people = null)
{
    private readonly IdentitySplit _people = people ?? new IdentitySplit(IdentitySplit.DefaultWorld);

    /// <summary>Draws identity number <paramref name="number"/> in the photo that <paramref name="photo"/> gives.</summary>
    /// <param name="number">Number of the identity.</param>
    /// <param name="photo">Seed of pose, expression, light, background and clothes.</param>
    /// <param name="options">What is shared or blurred; null for a plain photo.</param>
    /// <returns>The picture, 64×64.</returns>
    public RgbImage Render(int number, Seed photo, PortraitOptions? options = null)
    {
        options ??= new PortraitOptions();
        var (identity, nuisance) = Describe(number, photo, options);
        var image = MiniWorld.Render(identity, nuisance);
        if (options.BlurFace > 0) image = MiniWorld.BlurFace(image, identity, nuisance, options.BlurFace);
        return options.Degradation is { } degradation ? Degrader.Apply(image, degradation) : image;
    }

    /// <summary>The person and the photo that <see cref="Render"/> draws.</summary>
    /// <param name="number">Number of the identity.</param>
    /// <param name="photo">Seed of the photo.</param>
    /// <param name="options">What is shared.</param>
    public (Identity Identity, Nuisance Nuisance) Describe(int number, Seed photo, PortraitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new WorldRandom(photo);
        var nuisance = Nuisance.Draw(ref random);
        if (options.Outfit is { } outfit)
        {
            var draw = new WorldRandom(outfit);
            nuisance = nuisance with { Outfit = Outfit.Draw(ref draw) };
        }
        if (options.Scene is { } scene)
        {
            var draw = new WorldRandom(scene);
            nuisance = nuisance with { Scene = Scene.Draw(ref draw), Light = Light.Draw(ref draw) };
        }
        var identity = _people[number];
        if (options.Hair is { } hair)
        {
            var draw = new WorldRandom(hair);
            identity = identity.WithHairOf(_people[IdentitySplit.DrawTraining(ref draw)]);
        }
        return (identity, nuisance);
    }
}
