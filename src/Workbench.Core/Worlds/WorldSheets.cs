using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Worlds;

/// <summary>Contact sheets of the mini world, to be looked at before anything is trained on it.</summary>
public static class WorldSheets
{
    /// <summary>One person in many photos.</summary>
    public static RgbImage OneIdentity(IdentitySplit people, int number, Seed seed, int count = 40)
    {
        ArgumentNullException.ThrowIfNull(people);
        var portraits = new Portraits(people);
        return ContactSheet.Compose([.. Enumerable.Range(0, count).Select(i => portraits.Render(number, seed.For(i)))], 10);
    }

    /// <summary>Many people in the same plain photo, so that only the person differs.</summary>
    public static RgbImage ManyIdentities(IdentitySplit people, int count = 60)
    {
        ArgumentNullException.ThrowIfNull(people);
        var photo = new Nuisance
        {
            Light = new Light(1f, 0f, 0f),
            Scene = new Scene(Backdrop.Plain, new Tone(NamedColor.Blue, 0.5f, 0f), default),
            Outfit = new Outfit(new Tone(NamedColor.Green, 0f, 0f), ShirtStyle.Round, null, null),
        };
        return ContactSheet.Compose([.. Enumerable.Range(0, count).Select(i => MiniWorld.Render(people[i], photo))], 10);
    }

    /// <summary>Rows of people, each in several photos; everyone wears the same and has the same hair in each column.</summary>
    public static RgbImage SharedOutfits(IdentitySplit people, Seed seed, int rows = 5, int columns = 8)
    {
        var portraits = new Portraits(people);
        var cells = from row in Enumerable.Range(0, rows)
                    from column in Enumerable.Range(0, columns)
                    let shared = seed.For(column)
                    select portraits.Render(row, seed.For(row).For(column), new PortraitOptions
                    {
                        Outfit = shared, Hair = shared, Scene = shared, BlurFace = row == rows - 1 ? 3f : 0f,
                    });
        return ContactSheet.Compose([.. cells], columns);
    }

    /// <summary>Things and patterns, a row a class.</summary>
    public static RgbImage Things(Seed seed, int columns = 10)
    {
        List<RgbImage> cells = [];
        foreach (var kind in Enum.GetValues<WorldClass>().Where(k => k != WorldClass.Person))
            for (var i = 0; i < columns; i++)
            {
                var random = new WorldRandom(seed.For(kind.ToString()).For(i));
                cells.Add(MiniWorld.Render(new WorldDescription(kind, null, null, SceneObject.Draw(kind, ref random), null)));
            }
        return ContactSheet.Compose(cells, columns);
    }

    /// <summary>One portrait under every family of degradation and every texture, a row each, from weak to strong.</summary>
    public static RgbImage Degradations(IdentitySplit people, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(people);
        var portrait = new Portraits(people).Render(0, seed);
        List<RgbImage> cells = [];
        List<string> labels = [];
        void Row(DegradationKind kind, Texture texture, ReadOnlySpan<float> strengths)
        {
            foreach (var strength in strengths)
            {
                cells.Add(Degrader.Apply(portrait, new Degradation(kind, texture, strength, seed.For((long)(strength * 100)))));
                labels.Add($"{(kind is DegradationKind.Noise or DegradationKind.Pattern ? texture : kind)} {strength:0.#}");
            }
        }
        foreach (var texture in Enum.GetValues<Texture>())
            Row(texture <= Texture.Grain ? DegradationKind.Noise : DegradationKind.Pattern, texture, [6, 11, 16, 28, 40]);
        Row(DegradationKind.Blur, default, [1.1f, 1.5f, 2f, 2.4f, 2.8f]);
        Row(DegradationKind.LowResolution, default, [2.2f, 3f, 3.5f, 4f, 5f]);
        Row(DegradationKind.Jpeg, default, [22, 16, 11, 7, 4]);
        Row(DegradationKind.LowContrast, default, [0.5f, 0.4f, 0.3f, 0.25f, 0.2f]);
        return ContactSheet.Compose(cells, 10, labels);
    }

    /// <summary>Samples as a model sees them, with their captions.</summary>
    public static RgbImage Samples(Seed seed, int count = 40)
    {
        var samples = Enumerable.Range(0, count).Select(i => WorldSampler.Sample(seed, i)).ToList();
        return ContactSheet.Compose([.. samples.Select(s => s.Image)], 5, [.. samples.Select(s => s.Caption)], 5);
    }
}
