using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>
/// Photos of real people as Anti-DreamBooth and MetaCloak lay them out: a folder a person, in it <c>set_A</c>, <c>set_B</c> and <c>set_C</c>
/// (<see cref="SubjectPhotos"/>). People are counted from 0 in ordinal order of their folders' names.
/// </summary>
/// <seealso href="notebooks/06-real-stable-diffusion.ipynb">Explained in notebook 06.</seealso>
public sealed class PhotoDataset
{
    private static readonly string[] Sets = ["set_A", "set_B", "set_C"];

    private readonly IReadOnlyList<IReadOnlyList<string>[]> files;
    private readonly int side;

    /// <summary>Finds the people, and reads nothing yet.</summary>
    /// <param name="folder">Folder of the people's folders.</param>
    /// <param name="side">Photos are fitted to squares of this side, in pixels.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or a person lacks a set.</exception>
    /// <exception cref="InvalidDataException">There are no people in it, or a set holds no picture.</exception>
    public PhotoDataset(string folder, int side)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{folder}: there is no such folder of people.");
        // Class pictures and the like lie beside the people.
        string[] people = [.. Directory.GetDirectories(folder).Where(person => Sets.Any(set => Directory.Exists(Path.Combine(person, set)))).Order(StringComparer.Ordinal)];
        if (people.Length == 0)
            throw new InvalidDataException($"{folder}: expected a folder for each person, with {string.Join(", ", Sets)} in it, and found none.");
        (Folder, this.side) = (folder, side);
        People = [.. people.Select(person => Path.GetFileName(person))];
        files = [.. people.Select(person => Sets.Select(set => ImageFolder.Files(Path.Combine(person, set))).ToArray())];
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The names of the people's folders.</summary>
    public IReadOnlyList<string> People { get; }

    /// <summary>Writes a person's sets as PNG files into a folder of this layout.</summary>
    /// <param name="folder">Folder of the people, created when missing.</param>
    /// <param name="person">Name of the person's folder.</param>
    /// <param name="photos">The sets.</param>
    public static void Add(string folder, string person, SubjectPhotos photos)
    {
        foreach (var (set, pictures) in Sets.Zip([photos.A, photos.B, photos.C])) pictures.SavePngs(Path.Combine(folder, person, set));
    }

    /// <summary>A person's photos.</summary>
    /// <param name="subject">Number of the person, from 0.</param>
    /// <param name="count">Photos a set, the first by name; fewer where a set has fewer.</param>
    /// <exception cref="ArgumentException">There is no such person.</exception>
    public SubjectPhotos Photos(int subject, int count)
    {
        if (subject < 0 || subject >= People.Count) throw new ArgumentException($"{Folder} holds {People.Count} people; there is no person {subject}, counted from 0.", nameof(subject));
        ImageBatch Set(int i) => ImageBatch.Load(files[subject][i].Take(count), side);
        return new SubjectPhotos(Set(0), Set(1), Set(2));
    }
}
