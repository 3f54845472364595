using System.Text.Json.Nodes;
using Workbench.Tests.Goldens;
using Workbench.Weights;
using Xunit;

namespace Workbench.Tests.Weights;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TemporaryFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [MemberData(nameof(GoldenCase.All), "pipeline_", MemberType = typeof(GoldenCase))]
    public void A_folder_of_diffusers_opens_and_its_index_is_written_back_the_same(GoldenCase golden)
    {
        var folder = ModelFolder.Open(golden.Folder);
        Assert.Equal("StableDiffusionPipeline", folder.ClassName);
        Assert.Equal("UNet2DConditionModel", folder.ClassOf("unet", "UNet2DConditionModel"));
        Assert.False(folder.Has("safety_checker"));
        Assert.EndsWith("scheduler_config.json", folder.Config("scheduler"), StringComparison.Ordinal);
        Assert.EndsWith("model.safetensors", folder.Weights("text_encoder"), StringComparison.Ordinal);
        using (var weights = WeightFiles.Open(folder.Weights("vae"))) Assert.NotEmpty(weights.Keys);

        ModelFolder.WriteIndex(temp.Path, folder.ClassName, folder.Components, folder.Settings);
        var original = ModelConfigFile.ReadObject(golden.File("model_index.json"));
        original["_diffusers_version"] = ConfigHeader.DiffusersVersion;
        Assert.True(JsonNode.DeepEquals(original, ModelConfigFile.ReadObject(temp.File("model_index.json"))));
    }

    [Fact]
    public void Errors_name_what_is_missing()
    {
        Assert.Contains("no such model folder", Message(() => ModelFolder.Open(temp.File("absent"))), StringComparison.Ordinal);
        Assert.Contains("holds no model_index.json (the folder is empty)", Message(() => ModelFolder.Open(temp.Path)), StringComparison.Ordinal);
        temp.WriteText("""{"unet":["diffusers","UNet2DConditionModel"]}""", "model_index.json");
        Assert.Contains("'_class_name' is missing", Message(() => ModelFolder.Open(temp.Path)), StringComparison.Ordinal);
        temp.WriteText("""{"_class_name":"P","unet":["diffusers","UNet2DConditionModel"],"vae":["diffusers","AutoencoderKL"],"safety_checker":[null,null]}""", "model_index.json");
        // What nobody asks for may be missing, as the safety checker is that people do not download.
        Assert.Contains("'unet', whose folder is missing (found model_index.json)", Message(() => ModelFolder.Open(temp.Path).Component("unet")), StringComparison.Ordinal);

        temp.WriteText("x", "unet", "notes.txt");
        temp.WriteText("x", "vae", "notes.txt");
        var folder = ModelFolder.Open(temp.Path);
        Assert.Contains("no component 'scheduler' (it has unet, vae)", Message(() => folder.Component("scheduler")), StringComparison.Ordinal);
        Assert.Contains("no component 'safety_checker'", Message(() => folder.Component("safety_checker")), StringComparison.Ordinal);
        Assert.Contains("class 'AutoencoderKL' is not supported (supported: AutoencoderTiny)", Message(() => folder.ClassOf("vae", "AutoencoderTiny")), StringComparison.Ordinal);
        Assert.Contains("(found notes.txt)", Message(() => folder.Config("vae")), StringComparison.Ordinal);
        Assert.Contains("the folder holds notes.txt", Message(() => folder.Weights("vae")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"_class_name":"P","unet":["diffusers",null]}""", "must be [library, class]")]
    [InlineData("""{"_class_name":"P","../unet":["diffusers","X"]}""", "not a plain folder name")]
    [InlineData("""{"_class_name":3}""", "'_class_name' is missing")]
    public void A_damaged_index_is_refused(string json, string reason)
    {
        temp.WriteText(json, "model_index.json");
        Assert.Contains(reason, Message(() => ModelFolder.Open(temp.Path)), StringComparison.Ordinal);
    }

    private static string Message(Func<object> action) => Assert.Throws<WeightsException>(action).Message;
}
