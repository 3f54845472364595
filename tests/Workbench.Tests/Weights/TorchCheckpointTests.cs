using System.IO.Compression;
using System.Text;
using CsCheck;
using TorchSharp;
using TorchSharp.Modules;
using Workbench.Models.CodeFormer;
using Workbench.Models.SuperResolution;
using Workbench.Tensors;
using Workbench.Tests.Purification;
using Workbench.Weights;
using Xunit;
using static TorchSharp.torch;
using static Workbench.Tests.Weights.PickleWriter;

namespace Workbench.Tests.Weights;

public sealed class TorchCheckpointTests : IDisposable
{
    // A training checkpoint, pickled by CPython's own pickler in protocols 2 and 4 with stand-ins for torch's classes:
    // epoch, lr, big and huge integers, strings, None, lists, and under state_dict a Parameter, an offset view, a transposed view and a scalar.
    private const string Protocol2 = "gAJ9cQAoWAUAAABlcG9jaHEBSwxYAgAAAGxycQJHP1BiTdLxqfxYAwAAAGJpZ3EDigYAAAAAAAFYBAAAAGh1Z2VxBIoLAAAAAAAAAAAAAAFYAwAAAG5lZ3EFSvv///9YBAAAAG5hbWVxBlgGAAAAw6kgcnVucQdYBAAAAGZsYWdxCIhYBAAAAG5vbmVxCU5YBAAAAGxpc3RxCl1xCyhLAShLAksDSwRLBXRxDGVYCgAAAHN0YXRlX2RpY3RxDWNjb2xsZWN0aW9ucwpPcmRlcmVkRGljdApxDilScQ8oWAwAAABsYXllci53ZWlnaHRxEGN0b3JjaC5fdXRpbHMKX3JlYnVpbGRfcGFyYW1ldGVyCnERY3RvcmNoLl91dGlscwpfcmVidWlsZF90ZW5zb3JfdjIKcRIoKFgHAAAAc3RvcmFnZXETY3RvcmNoCkZsb2F0U3RvcmFnZQpxFFgBAAAAMHEVWAMAAABjcHVxFksGdHEXUUsASwJLAoZxGEsCSwGGcRmJaA4pUnEadHEbUnEciGgOKVJxHYdxHlJxH1gKAAAAbGF5ZXIuYmlhc3EgaBIoKGgTaBRoFWgWSwZ0cSFRSwRLAoVxIksBhXEjiWgOKVJxJHRxJVJxJlgQAAAAbGF5ZXIudHJhbnNwb3NlZHEnaBIoKGgTaBRoFWgWSwZ0cShRSwBLA0sChnEpSwFLA4ZxKoloDilScSt0cSxScS1YBQAAAHN0ZXBzcS5oEigoaBNjdG9yY2gKTG9uZ1N0b3JhZ2UKcS9YAQAAADFxMGgWSwF0cTFRSwApKYloDilScTJ0cTNScTR1fXE1WAkAAABfbWV0YWRhdGFxNmgOKVJxN1gAAAAAcTh9cTlYBwAAAHZlcnNpb25xOksBc3NzYnUu";
    private const string Protocol4 = "gASVJQIAAAAAAAB9lCiMBWVwb2NolEsMjAJscpRHP1BiTdLxqfyMA2JpZ5SKBgAAAAAAAYwEaHVnZZSKCwAAAAAAAAAAAAABjANuZWeUSvv///+MBG5hbWWUjAbDqSBydW6UjARmbGFnlIiMBG5vbmWUTowEbGlzdJRdlChLAShLAksDSwRLBXSUZYwKc3RhdGVfZGljdJSMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAxsYXllci53ZWlnaHSUjAx0b3JjaC5fdXRpbHOUjBJfcmVidWlsZF9wYXJhbWV0ZXKUk5RoE4wSX3JlYnVpbGRfdGVuc29yX3YylJOUKCiMB3N0b3JhZ2WUjAV0b3JjaJSMDEZsb2F0U3RvcmFnZZSTlIwBMJSMA2NwdZRLBnSUUUsASwJLAoaUSwJLAYaUiWgQKVKUdJRSlIhoEClSlIeUUpSMCmxheWVyLmJpYXOUaBcoKGgYaBtoHGgdSwZ0lFFLBEsChZRLAYWUiWgQKVKUdJRSlIwQbGF5ZXIudHJhbnNwb3NlZJRoFygoaBhoG2gcaB1LBnSUUUsASwNLAoaUSwFLA4aUiWgQKVKUdJRSlIwFc3RlcHOUaBcoKGgYaBmMC0xvbmdTdG9yYWdllJOUjAExlGgdSwF0lFFLACkpiWgQKVKUdJRSlHV9lIwJX21ldGFkYXRhlGgQKVKUjACUfZSMB3ZlcnNpb26USwFzc3NidS4=";

    private readonly TemporaryFolder temp = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        temp.Dispose();
    }

    [Theory]
    [InlineData(Protocol2)]
    [InlineData(Protocol4)]
    public void A_checkpoint_of_CPythons_pickler_gives_its_tensors(string pickle)
    {
        var path = Zip(temp.File("c.ckpt"), Convert.FromBase64String(pickle), ("0", Floats(0, 1, 2, 3, 4, 5)), ("1", BitConverter.GetBytes(1234567890123L)));
        var tensors = TorchCheckpoint.Read(path);
        Assert.Equal(["layer.bias", "layer.transposed", "layer.weight", "steps"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4f, 5f], tensors["layer.bias"].data<float>().ToArray());
        Assert.Equal([2, 2], tensors["layer.weight"].shape);
        Assert.Equal([3, 2], tensors["layer.transposed"].shape);
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], tensors["layer.transposed"].data<float>().ToArray());
        Assert.Empty(tensors["steps"].shape);
        Assert.Equal(1234567890123L, tensors["steps"].item<long>());
    }

    [Theory]
    [InlineData("DoubleStorage", ScalarType.Float64, 8)]
    [InlineData("FloatStorage", ScalarType.Float32, 4)]
    [InlineData("HalfStorage", ScalarType.Float16, 2)]
    [InlineData("BFloat16Storage", ScalarType.BFloat16, 2)]
    [InlineData("LongStorage", ScalarType.Int64, 8)]
    [InlineData("IntStorage", ScalarType.Int32, 4)]
    [InlineData("ShortStorage", ScalarType.Int16, 2)]
    [InlineData("CharStorage", ScalarType.Int8, 1)]
    [InlineData("ByteStorage", ScalarType.Byte, 1)]
    [InlineData("BoolStorage", ScalarType.Bool, 1)]
    public void Every_storage_type_is_read(string storage, ScalarType dtype, int width)
    {
        var data = new byte[3 * width];
        // The middle element is one in every type.
        tensor(new[] { 1 }).to(dtype).bytes.CopyTo(data.AsSpan(width));
        var path = Zip(temp.File("c.pth"), new PickleWriter().Dictionary(w => w.Text("x").Tensor("0", 3, 0, [3], [1], storage)).Stop(), ("0", data));
        var x = TorchCheckpoint.Read(path)["x"];
        Assert.Equal(dtype, x.dtype);
        Assert.Equal([0f, 1f, 0f], x.to(float32).data<float>().ToArray());
    }

    [Fact]
    public void A_checkpoint_loads_into_a_module_with_the_same_report()
    {
        var path = Zip(
            temp.File("c.pth"),
            new PickleWriter().Dictionary(w => w.Text("weight").Tensor("0", 4, 0, [2, 2], [2, 1]).Text("bias").Tensor("0", 6, 4, [2], [1])).Stop(),
            ("0", Floats(1, 2, 3, 4, 5, 6)));
        using var linear = nn.Linear(2, 2);
        var e = Assert.Throws<WeightsException>(() => StateDict.LoadInto(linear, path));
        Assert.Contains("storage '0' holds 24 bytes, expected 4 × 4", e.Message, StringComparison.Ordinal);

        Zip(path, new PickleWriter().Dictionary(w => w.Text("weight").Tensor("0", 6, 0, [2, 2], [2, 1]).Text("bias").Tensor("0", 6, 4, [2], [1])).Stop(), ("0", Floats(1, 2, 3, 4, 5, 6)));
        Assert.Equal(["bias", "weight"], StateDict.LoadInto(linear, path).Loaded);
        Assert.Equal([5f, 6f], linear.bias!.data<float>().ToArray());
    }

    [Fact]
    public void Of_several_sections_one_must_be_named()
    {
        var path = Sections("generator", "discriminator");
        Assert.Contains("name the section that holds the weights (it has generator, discriminator)", Message(path), StringComparison.Ordinal);
        Assert.Equal(2, TorchCheckpoint.Read(path, "discriminator")["x"].item<float>());
        Assert.Contains("no section 'options'", Assert.Throws<WeightsException>(() => TorchCheckpoint.Read(path, "options")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("params", "params_ema", 2)]
    [InlineData("params_ema", "params", 1)]
    [InlineData("optimizer", "params_ema", 2)]
    public void The_running_average_is_taken_before_the_weights_in_training(string first, string second, float expected)
    {
        var path = Sections(first, second);
        using var source = WeightFiles.Open(path);
        Assert.Equal(expected, source.Read("x").item<float>());
        Assert.Equal(3 - expected, TorchCheckpoint.Read(path, first == "params_ema" ? second : first)["x"].item<float>());
    }

    [Fact]
    public void Published_checkpoints_of_restorers_open_with_the_running_average()
    {
        using CodeFormerModel restorer = PurifierContractTests.Restorer(), trained = PurifierContractTests.Restorer().Seeded(5);
        restorer.SavePretrained(temp.File("restoration"));
        File.Delete(temp.File("restoration", "model.safetensors"));
        Modules(temp.File("restoration", "codeformer.pth"), ("params", trained), ("params_ema", restorer));
        using var opened = CodeFormerModel.FromPretrained(temp.File("restoration"));
        Assert.Equal(Fingerprint.Of(restorer), Fingerprint.Of(opened));
        Assert.NotEqual(Fingerprint.Of(trained), Fingerprint.Of(opened));

        using RrdbNet average = new RrdbNet(Small).Seeded(1), current = new RrdbNet(Small).Seeded(2);
        average.SavePretrained(temp.File("super_resolution"));
        File.Delete(temp.File("super_resolution", "model.safetensors"));
        Modules(temp.File("super_resolution", "RealESRGAN_x2plus.pth"), ("params", current), ("params_ema", average));
        using var upscaler = Upscaler.FromPretrained(temp.File("super_resolution"));
        Assert.Equal(Fingerprint.Of(average), Fingerprint.Of(upscaler));
    }

    private static readonly RrdbNetConfig Small = new() { Scale = 2, NumFeat = 8, NumBlock = 1, NumGrowCh = 4 };

    /// <summary>Two sections whose <c>x</c> is 1 and 2, and one without tensors.</summary>
    private string Sections(string first, string second) => Zip(temp.File("c.pth"), new PickleWriter().Dictionary(w => w
        .Text(first).Dictionary(p => p.Text("x").Tensor("0", 2, 0, [1], [1]))
        .Text(second).Dictionary(p => p.Text("x").Tensor("0", 2, 1, [1], [1]))
        .Text("options").Dictionary(p => p.Text("scale").Number(4))).Stop(), ("0", Floats(1, 2)));

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("collections", "defaultdict")]
    [InlineData("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")]
    public void A_name_that_is_not_on_the_list_is_refused_by_name(string module, string name)
    {
        var call = Zip(temp.File("c.pth"), new PickleWriter().Global(module, name).Op('(').Text("echo owned").Op('t').Op('R').Stop());
        Assert.Contains($"refers to '{module}.{name}', which is not on the list", Message(call), StringComparison.Ordinal);
        var stackGlobal = Zip(temp.File("c.pth"), new PickleWriter().Text(module).Text(name).Op(0x93).Stop());
        Assert.Contains($"refers to '{module}.{name}'", Message(stackGlobal), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "reaches beyond its storage '0' of 4 elements", Single(w => w.Tensor("0", 4, 1, [4], [1])) },
        { "reaches beyond its storage", Single(w => w.Tensor("0", 4, 0, [2, 2], [3, 1])) },
        { "reaches beyond its storage", Single(w => w.Tensor("0", 4, 5, [0], [1])) },
        { "not made of (storage, offset", Single(w => w.Tensor("0", 4, -1, [4], [1])) },
        { "not made of (storage, offset", Single(w => w.Tensor("0", 4, 0, [4], [1, 1])) },
        { "not an integer from 0", Single(w => w.Tensor("0", 4, 0, [-4], [1])) },
        { "not an integer from 0", Single(w => w.Tensor("0", 4, 0, [4], [-1])) },
        { "far larger than its storage", Single(w => w.Tensor("0", 4, 0, [1 << 30, 4], [0, 1])) },
        { "the pickle is damaged", Single(w => w.Tensor("0", 4, 0, [int.MaxValue, int.MaxValue, int.MaxValue, 4], [0, 0, 0, 1])) },
        { "persistent id", Single(w => w.Tensor("0", -4, 0, [4], [1])) },
        { "persistent id", Single(w => w.Tensor("0", 4, 0, [4], [1], "Size")) },
        { "persistent id", Single(w => w.Text("storage").Op('Q')) },
        { "storage '7' is missing", Single(w => w.Tensor("7", 4, 0, [4], [1])) },
        { "storage '0' holds 16 bytes, expected 5 × 4", Single(w => w.Tensor("0", 5, 0, [5], [1])) },
        { "called with arguments that it does not take", Single(w => w.Global("torch._utils", "_rebuild_parameter").Op(')').Op('R')) },
        { "called with arguments that it does not take", Single(w => w.Global("torch", "FloatStorage").Op(')').Op('R')) },
        { "no function is called", Single(w => w.Number(1).Op(')').Op('R')) },
        { "arguments are no tuple", Single(w => w.Global("collections", "OrderedDict").Op('N').Op('R')) },
        { "arguments are no tuple", Single(w => w.Global("collections", "OrderedDict").Number(1).Op('R')) },
        { "sets attributes of something", Single(w => w.Op(']').Op('}').Op('b')) },
        { "opcode 0x69", Single(w => w.Op((byte)'i')) },
        { "opcode 0x6f", Single(w => w.Op('(').Op((byte)'o')) },
        { "opcode 0x82", Single(w => w.Op(0x82, 1)) },
        { "opcode 0x50", Single(w => w.Op((byte)'P')) },
        { "recalls slot 9", Single(w => w.Op((byte)'h', 9)) },
        { "misses a mark", Single(w => w.Op('t').Op('t').Op('t')) },
        { "empty stack", new PickleWriter().Op('0').Stop() },
        { "ends in the middle", new PickleWriter().Op((byte)'X', 255, 255, 255, 127).Stop() },
        { "not a dictionary of tensors", new PickleWriter().Op(']').Stop() },
        { "it has none", new PickleWriter().Dictionary(w => w.Text("a").Number(1)).Stop() },
        { "newer than 5", [0x80, 9, (byte)'.'] },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_pickle_is_refused_with_the_reason(string reason, byte[] pickle) =>
        Assert.Contains(reason, Message(Zip(temp.File("c.pth"), pickle, ("0", new byte[16]))), StringComparison.Ordinal);

    [Fact]
    public void A_dictionary_that_holds_itself_is_refused()
    {
        var pickle = new PickleWriter().Op('}').Op((byte)'q', 0).Text("self").Op((byte)'h', 0).Op('s').Text("x").Tensor("0", 4, 0, [4], [1]).Op('s').Stop();
        Assert.Contains("nested too deep", Message(Zip(temp.File("c.pth"), pickle, ("0", new byte[16]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_nested_dictionaries_do_not_exhaust_the_call_stack()
    {
        const int Deep = 1_000_000;
        var pickle = new PickleWriter();
        for (var i = 0; i < Deep; i++) pickle.Op((byte)'}', (byte)'K', 1);
        pickle.Op('N');
        for (var i = 0; i < Deep; i++) pickle.Op('s');
        var e = Assert.Throws<WeightsException>(() => TorchCheckpoint.Read(Zip(temp.File("c.pth"), pickle.Stop())));
        Assert.Contains("it has none", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pickle_of_random_or_flipped_bytes_gives_a_readable_refusal_or_tensors()
    {
        var good = Convert.FromBase64String(Protocol2);
        var path = temp.File("c.pth");
        SurvivesFlips(path, good, bytes => Zip(path, bytes, ("0", new byte[24]), ("1", new byte[8])));
    }

    [Theory]
    [InlineData(Protocol2)]
    [InlineData(Protocol4)]
    public void A_checkpoint_of_the_format_before_torch_1_6_gives_its_tensors(string pickle)
    {
        var path = OldStream(temp.File("c.pth"), Convert.FromBase64String(pickle), ("1", 8, BitConverter.GetBytes(1234567890123L)), ("0", 4, Floats(0, 1, 2, 3, 4, 5)));
        var tensors = TorchCheckpoint.Read(path);
        Assert.Equal(["layer.bias", "layer.transposed", "layer.weight", "steps"], tensors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4f, 5f], tensors["layer.bias"].data<float>().ToArray());
        Assert.Equal([0f, 3f, 1f, 4f, 2f, 5f], tensors["layer.transposed"].data<float>().ToArray());
        Assert.Equal(1234567890123L, tensors["steps"].item<long>());
    }

    [Fact]
    public void Names_that_Python_2_wrote_the_oldest_rebuild_and_a_part_of_a_storage_are_understood()
    {
        PickleWriter Old(PickleWriter w, string text) => w.Op((byte)'U', (byte)text.Length).Op(Encoding.ASCII.GetBytes(text));
        var pickle = new PickleWriter().Dictionary(w =>
        {
            Old(w, "x").Global("torch._utils", "_rebuild_tensor").Op('(').Op('(');
            Old(w, "storage").Global("torch", "FloatStorage");
            Old(w, "0");
            Old(w, "cpu").Number(5).Op('(').Text("view").Number(2).Number(3).Op('t').Op('t').Op('Q').Number(1).Tuple(2).Tuple(1).Op('t').Op('R');
        }).Stop();
        Assert.Equal([3f, 4f], TorchCheckpoint.Read(OldStream(temp.File("c.pth"), pickle, ("0", 4, Floats(0, 1, 2, 3, 4))))["x"].data<float>().ToArray());
    }

    [Fact]
    public void A_tar_archive_of_the_oldest_torch_gives_its_tensors()
    {
        var tensors = TorchCheckpoint.Read(OldTar(temp.File("c.pth"), [0, 1, 2, 3, 4], (1, 3)));
        Assert.Equal([0f, 1f, 2f, 3f, 4f], tensors["x"].data<float>().ToArray());
        Assert.Equal([1f, 2f, 3f], tensors["y"].data<float>().ToArray());
        Assert.Contains("reaches beyond", Message(OldTar(temp.File("d.pth"), [0, 1, 2], (1, 3))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_old_checkpoint_is_refused_with_the_reason()
    {
        byte[] one = Single(w => w.Tensor("0", 2, 0, [2], [1]));
        Assert.Contains("magic number", Message(WriteBytes(one, "a.pth")), StringComparison.Ordinal);
        Assert.Contains("holds 1 elements, expected 2", Message(OldStream(temp.File("b.pth"), one, ("0", 8, Floats(1, 2)))), StringComparison.Ordinal);
        Assert.Contains("names '5'", Message(OldStream(temp.File("c.pth"), one, ("5", 4, Floats(1, 2)))), StringComparison.Ordinal);
        Assert.Contains("storage '0' is missing", Message(OldStream(temp.File("d.pth"), one)), StringComparison.Ordinal);
        var cut = File.ReadAllBytes(OldStream(temp.File("e.pth"), one, ("0", 4, Floats(1, 2))));
        Assert.Contains("ends inside storage '0'", Message(WriteBytes(cut[..^1], "e.pth")), StringComparison.Ordinal);
        var evil = new PickleWriter().Global("os", "system").Op('(').Text("echo owned").Op('t').Op('R').Stop();
        Assert.Contains("'os.system', which is not on the list", Message(OldStream(temp.File("f.pth"), evil)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_old_checkpoint_with_random_bytes_gives_a_readable_refusal_or_tensors(bool isTar)
    {
        var path = temp.File("c.pth");
        var good = File.ReadAllBytes(isTar ? OldTar(path, [0, 1, 2, 3, 4], (1, 3)) : OldStream(path, Convert.FromBase64String(Protocol2), ("1", 8, new byte[8]), ("0", 4, new byte[24])));
        SurvivesFlips(path, good, bytes => File.WriteAllBytes(path, bytes));
    }

    [Fact]
    public void A_tar_whose_header_asks_for_more_than_its_kind_may_hold_is_refused()
    {
        var damaged = File.ReadAllBytes(OldTar(temp.File("c.pth"), [0, 1, 2, 3, 4], (1, 3)));
        (damaged[1549], damaged[2172]) = (57, 55); // found by random bytes
        Assert.Contains("the archive is damaged", Message(WriteBytes(damaged, "c.pth")), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_files_are_refused_with_a_hint()
    {
        Assert.Contains("is no torch checkpoint", Message(temp.WriteText("\u0080\u0002", "old.pth")), StringComparison.Ordinal);
        using (var archive = ZipFile.Open(temp.File("empty.pth"), ZipArchiveMode.Create)) archive.CreateEntry("readme.txt");
        Assert.Contains("expected one data.pkl in the archive, found 0", Message(temp.File("empty.pth")), StringComparison.Ordinal);
        var path = Zip(temp.File("big.pth"), Single(w => w.Tensor("0", 1, 0, [1], [1])), ("0", new byte[4]));
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        using (var stream = archive.CreateEntry("archive/byteorder").Open()) stream.Write(Encoding.ASCII.GetBytes("big"));
        Assert.Contains("little-endian", Message(path), StringComparison.Ordinal);
    }

    private static byte[] Single(Action<PickleWriter> value) => new PickleWriter().Dictionary(w =>
    {
        w.Text("x");
        value(w);
    }).Stop();

    /// <summary>Whatever a few bytes are set to, the file is refused by its name, or read.</summary>
    private static void SurvivesFlips(string path, byte[] good, Action<byte[]> write) =>
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[1, 5].Sample(
            flips =>
            {
                var bytes = good.ToArray();
                foreach (var (position, value) in flips) bytes[position] = value;
                write(bytes);
                using var inner = NewDisposeScope();
                try
                {
                    TorchCheckpoint.Read(path);
                }
                catch (WeightsException e)
                {
                    Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                }
            },
            iter: 1500, threads: 1);

    private string WriteBytes(byte[] bytes, string name)
    {
        File.WriteAllBytes(temp.File(name), bytes);
        return temp.File(name);
    }

    private static string Message(string path) => Assert.Throws<WeightsException>(() => TorchCheckpoint.Read(path)).Message;
}
