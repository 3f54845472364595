using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace Workbench.Tests.Weights;

/// <summary>Writes the pickles that torch.save would write, opcode by opcode, and lying ones.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream bytes = new();

    public PickleWriter() => Op(0x80, 2);

    public PickleWriter Op(params byte[] code)
    {
        bytes.Write(code);
        return this;
    }

    public PickleWriter Op(char code) => Op((byte)code);

    public PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Op(BitConverter.GetBytes(utf8.Length)).Op(utf8);
    }

    public PickleWriter Number(int number) => Op('J').Op(BitConverter.GetBytes(number));

    public PickleWriter Global(string module, string name) => Op('c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleWriter Tuple(params int[] numbers)
    {
        Op('(');
        foreach (var number in numbers) Number(number);
        return Op('t');
    }

    /// <summary>torch._utils._rebuild_tensor_v2 of a storage.</summary>
    public PickleWriter Tensor(string key, int count, int offset, int[] sizes, int[] strides, string storage = "FloatStorage")
    {
        Global("torch._utils", "_rebuild_tensor_v2").Op('(');
        Op('(').Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(count).Op('t').Op('Q');
        return Number(offset).Tuple(sizes).Tuple(strides).Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');
    }

    /// <summary>A dictionary whose items <paramref name="fill"/> writes as key, value, key, value.</summary>
    public PickleWriter Dictionary(Action<PickleWriter> fill)
    {
        Op('}').Op('(');
        fill(this);
        return Op('u');
    }

    public byte[] Stop() => Op('.').bytes.ToArray();

    /// <summary>A zip checkpoint of modules of float32, each in a section of its own; an empty name puts one at the root.</summary>
    public static string Modules(string path, params (string Section, nn.Module Module)[] modules)
    {
        var storages = new List<(string, byte[])>();
        var pickle = new PickleWriter().Dictionary(root =>
        {
            foreach (var (section, module) in modules)
            {
                if (section.Length == 0) Tensors(root, module);
                else root.Text(section).Dictionary(w => Tensors(w, module));
            }
        }).Stop();
        return Zip(path, pickle, [.. storages]);

        void Tensors(PickleWriter writer, nn.Module module)
        {
            foreach (var (name, value) in module.state_dict())
            {
                using var flat = value.contiguous();
                var (shape, strides) = (flat.shape.Select(s => (int)s).ToArray(), flat.stride().Select(s => (int)s).ToArray());
                writer.Text(name).Tensor($"{storages.Count}", (int)flat.numel(), 0, shape, strides);
                storages.Add(($"{storages.Count}", Floats(flat.data<float>().ToArray())));
            }
        }
    }

    /// <summary>A zip checkpoint of a pickle and its storages.</summary>
    public static string Zip(string path, byte[] pickle, params (string Key, byte[] Data)[] storages)
    {
        File.Delete(path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("archive/data.pkl", pickle);
        foreach (var (key, data) in storages) Add($"archive/data/{key}", data);
        Add("archive/version", "3\n"u8.ToArray());
        return path;

        void Add(string name, byte[] data)
        {
            using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            stream.Write(data);
        }
    }

    public static byte[] Floats(params float[] values) => values.SelectMany(BitConverter.GetBytes).ToArray();
}
