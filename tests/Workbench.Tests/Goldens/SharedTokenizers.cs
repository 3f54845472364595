using Xunit;

namespace Workbench.Tests.Goldens;

/// <summary>Finds CLIP's vocabularies, which are not part of the project.</summary>
/// <remarks>
/// They lie in the case itself, in a folder beside the checkout (<c>shared/golden/CASE/tokenizer</c>, <c>shared/tokenizers/NAME</c>), or in
/// <c>WORKBENCH_TOKENIZERS/NAME</c>. A test that asks for an absent one is skipped with the reason.
/// </remarks>
public static class SharedTokenizers
{
    /// <summary>Folder with vocab.json and merges.txt for <paramref name="golden"/>, whose own <c>tokenizer/</c> may lack them.</summary>
    public static string ForCase(GoldenCase golden) => Find(golden.Name, golden.File("tokenizer"));

    /// <summary>Folder with vocab.json and merges.txt by case or folder name, for example <c>clip_tokenizer</c>.</summary>
    public static string Named(string name) => Find(name, null);

    private static string Find(string name, string? own)
    {
        var places = new List<string>();
        if (own is not null) places.Add(own);
        if (Environment.GetEnvironmentVariable("WORKBENCH_TOKENIZERS") is { Length: > 0 } root)
            places.AddRange([Path.Combine(root, name), Path.Combine(root, name, "tokenizer")]);
        foreach (var folder in GoldenCase.Ancestors())
            places.AddRange([Path.Combine(folder, "shared", "golden", name, "tokenizer"), Path.Combine(folder, "shared", "tokenizers", name)]);
        var found = places.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt")));
        if (found is null)
            Assert.Skip($"No CLIP vocabulary for {name}: set WORKBENCH_TOKENIZERS to a folder that holds {name}/vocab.json and merges.txt, or keep shared/golden beside the checkout.");
        return found!;
    }
}
