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

    /// <summary>A checkpoint as torch wrote before 1.6: pickles behind one another, then counts and storages.</summary>
    public static string OldStream(string path, byte[] pickle, params (string Key, int Width, byte[] Data)[] storages)
    {
        using var file = File.Create(path);
        byte[] magic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
        file.Write(new PickleWriter().Op(0x8a, (byte)magic.Length).Op(magic).Stop());
        file.Write(new PickleWriter().Number(1001).Stop());
        file.Write(new PickleWriter().Dictionary(w => w.Text("protocol_version").Number(1001).Text("little_endian").Op(0x88)).Stop());
        file.Write(pickle);
        var keys = new PickleWriter().Op(']').Op('(');
        foreach (var (key, _, _) in storages) keys.Text(key);
        file.Write(keys.Op('e').Stop());
        foreach (var (_, width, data) in storages)
        {
            file.Write(BitConverter.GetBytes((long)(data.Length / width)));
            file.Write(data);
        }
        return path;
    }

    /// <summary>A checkpoint as torch wrote before 0.2: one storage of floats with the key 7, a part of it with the key 8, and a view of each (keys 1 and 2) named x and y.</summary>
    public static string OldTar(string path, float[] values, (int Start, int Size) part)
    {
        byte[] Pickled(Action<PickleWriter> write)
        {
            var writer = new PickleWriter();
            write(writer);
            return writer.Stop();
        }
        static byte[] Longs(params long[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];
        PickleWriter Triple(PickleWriter w, int first, Action<PickleWriter> second, string type)
        {
            w.Op('(').Number(first);
            second(w);
            return w.Global("torch", type).Op('t');
        }
        byte[] storages = [.. Pickled(w => w.Number(1)), .. Pickled(w => Triple(w, 7, s => s.Text("cpu"), "FloatStorage")), .. Longs(values.Length), .. Floats(values),
            .. Pickled(w => w.Op(']').Op('(').Tuple(8, 7, part.Start, part.Size).Op('e'))];
        byte[] tensors = [.. Pickled(w => w.Number(2)),
            .. Pickled(w => Triple(w, 1, s => s.Number(7), "FloatTensor")), .. Longs(1, values.Length, 1, 0),
            // The upper half of the dimensions is noise.
            .. Pickled(w => Triple(w, 2, s => s.Number(8), "FloatTensor")), .. Longs(1 | (5L << 32), part.Size, 1, 0)];
        var pickle = Pickled(w => w.Dictionary(d => d.Text("x").Text("1").Op('Q').Text("y").Text("2").Op('Q')));
        using var archive = new System.Formats.Tar.TarWriter(File.Create(path), System.Formats.Tar.TarEntryFormat.Pax);
        foreach (var (name, data) in new[] { ("sys_info", Pickled(w => w.Number(0))), ("pickle", pickle), ("tensors", tensors), ("storages", storages) })
            archive.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(data) });
        return path;
    }

    public static byte[] Floats(params float[] values) => values.SelectMany(BitConverter.GetBytes).ToArray();
}
