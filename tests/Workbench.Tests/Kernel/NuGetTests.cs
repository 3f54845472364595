using System.IO.Compression;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Workbench.Kernel.Scripting;
using Xunit;

namespace Workbench.Tests.Kernel;

/// <summary><c>#r "nuget: …"</c> through the SDK's own restore, with a package made here.</summary>
public sealed class NuGetTests : IDisposable
{
    private const string Id = "Workbench.Tests.Greeter";
    private readonly TemporaryFolder folder = new();
    private readonly ScriptSession session;

    public NuGetTests() => session = new(new() { Folder = folder.Path, NuGetCache = folder.File("cache") });

    public void Dispose()
    {
        session.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_package_is_restored_once_and_its_types_are_there()
    {
        WritePackage();
        var code = $"#i \"nuget:{folder.Path}\"\n#r \"nuget: {Id}, 1.0.0\"\nnew Greeting.Greeter().Greet(\"Ada\")";
        var result = await session.ExecuteAsync(code, static _ => { }, TestContext.Current.CancellationToken);
        if (result.Error?.Message.Contains("are you offline", StringComparison.Ordinal) == true) Assert.Skip("The SDK's restore asks nuget.org, too, and that cannot be reached.");
        Assert.Equal("Hello, Ada.", result.Error?.Message ?? result.Value);

        // A restore writes its answer anew.
        string Answer() => Directory.GetFiles(folder.File("cache"), "project.assets.json", SearchOption.AllDirectories).Single();
        var restored = File.GetLastWriteTimeUtc(Answer());
        File.Delete(folder.File($"{Id}.1.0.0.nupkg"));
        using var another = new ScriptSession(new() { Folder = folder.Path, NuGetCache = folder.File("cache") });
        var again = await another.ExecuteAsync(code, static _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal("Hello, Ada.", again.Error?.Message ?? again.Value);
        Assert.Equal(restored, File.GetLastWriteTimeUtc(Answer()));
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_is_said_in_one_clear_line()
    {
        var result = await session.ExecuteAsync(
            $"#i \"nuget:https://127.0.0.1:9/index.json\"\n#r \"nuget: {Id}.Nowhere, 1.0.0\"\nvar after = 1;", static _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(("PackageError", 2), (result.Error!.Name, result.Error.Line));
        Assert.True(result.Error.Message.Contains("are you offline?", StringComparison.Ordinal), result.Error.Message);
        Assert.Empty(session.Variables);
    }

    private void WritePackage()
    {
        var tree = CSharpSyntaxTree.ParseText("namespace Greeting { public class Greeter { public string Greet(string name) => \"Hello, \" + name + \".\"; } }", cancellationToken: TestContext.Current.CancellationToken);
        var compilation = CSharpCompilation.Create(Id, [tree], [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));
        using var zip = ZipFile.Open(folder.File($"{Id}.1.0.0.nupkg"), ZipArchiveMode.Create);
        using (var library = new MemoryStream())
        {
            Assert.True(compilation.Emit(library, cancellationToken: TestContext.Current.CancellationToken).Success);
            using var entry = zip.CreateEntry($"lib/net8.0/{Id}.dll").Open();
            library.WriteTo(entry);
        }

        using var nuspec = new StreamWriter(zip.CreateEntry($"{Id}.nuspec").Open());
        nuspec.Write($"<package><metadata><id>{Id}</id><version>1.0.0</version><authors>tests</authors><description>Greets.</description></metadata></package>");
    }
}
