using System.Globalization;
using Workbench.Imaging;

namespace Workbench.Experiments;

/// <summary>What one person's trainings drew, as one picture: photos first, then a row a prompt with some pictures of each training (the paper's figure 2b).</summary>
/// <seealso href="notebooks/02-shortcut-learning.ipynb">Explained in notebook 02.</seealso>
public static class ShortcutSheet
{
    private const int PicturesEach = 2;

    /// <summary>Lays out the photos, and what the main trainings drew from the prompts of concept extraction.</summary>
    /// <param name="lab">After its main trainings.</param>
    /// <param name="options">Settings, for the words.</param>
    /// <exception cref="ArgumentException">No main training has drawn yet.</exception>
    public static RgbImage Compose(ShortcutLab lab, ShortcutOptions options)
    {
        var trainings = ShortcutStudy.Mains.Where(lab.Drawn.ContainsKey).ToArray();
        if (trainings.Length == 0) throw new ArgumentException("None of the main trainings has drawn yet: train and extract first.", nameof(lab));
        var cells = new List<(string Label, RgbImage Picture)>();
        void Row(params IReadOnlyList<(string Label, ImageBatch? Pictures)> parts)
        {
            var each = PicturesEach * trainings.Length / parts.Count;
            foreach (var (label, pictures) in parts)
                for (var i = 0; i < each; i++)
                    cells.Add((i == 0 ? label : "", i < pictures?.Count ? pictures.Image(i) : new RgbImage(1, 1, (255, 255, 255))));
        }
        Row(("reference photos", lab.Photos.C), ("trained on, protected", lab.Protected));
        foreach (var prompt in options.Prompts.All)
            Row([.. trainings.Select(t => ($"{t}: {prompt}", lab.Drawn[t].FirstOrDefault(c => c.Prompt == prompt)?.Pictures))]);
        return ContactSheet.Compose([.. cells.Select(c => c.Picture)], PicturesEach * trainings.Length, [.. cells.Select(c => c.Label)]);
    }

    /// <summary>Path of a person's sheet in the folder of a <see cref="ShortcutStudy"/>.</summary>
    public static string PathOf(string folder, int subject) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"subject{subject}.png"));

    /// <summary>The sheets of some people; those who have none, as studies before there were sheets, are left out.</summary>
    /// <param name="folder">Folder of a <see cref="ShortcutStudy"/>.</param>
    /// <param name="subjects">Numbers of the people.</param>
    public static IReadOnlyList<(int Subject, RgbImage Sheet)> Read(string folder, IReadOnlyList<int> subjects) =>
        [.. subjects.Where(s => File.Exists(PathOf(folder, s))).Select(s => (s, ImageCodec.Load(PathOf(folder, s))))];
}
