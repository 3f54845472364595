using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Workbench.Imaging;

/// <summary>Reads OpenCV's cascade files (the format since version 3).</summary>
internal static class HaarCascadeFile
{
    public static HaarCascade Read(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path}: there is no such cascade file.", path);
        try
        {
            using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            var cascade = XDocument.Load(reader).Root?.Element("cascade") ?? throw new InvalidDataException("it has no <cascade>");
            if (Text(cascade, "stageType") != "BOOST" || Text(cascade, "featureType") != "HAAR")
                throw new InvalidDataException($"it holds {Text(cascade, "stageType")} over {Text(cascade, "featureType")}, expected BOOST over HAAR");
            var (width, height) = ((int)Numbers(Text(cascade, "width"))[0], (int)Numbers(Text(cascade, "height"))[0]);
            if (width != height) throw new InvalidDataException($"its window is {width}×{height}, expected a square");
            HaarFeature[] features = [.. Items(cascade, "features").Select(Feature)];
            return new HaarCascade(width, [.. Items(cascade, "stages").Select(stage => new HaarStage(
                Numbers(Text(stage, "stageThreshold"))[0], [.. Items(stage, "weakClassifiers").Select(weak => Tree(weak, features))]))]);
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidDataException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path} is no cascade that is supported here: {e.Message}.", e);
        }
    }

    private static HaarFeature Feature(XElement feature)
    {
        if (feature.Element("tilted") is { } tilted && Numbers(tilted.Value)[0] != 0) throw new InvalidDataException("it has tilted features");
        return new HaarFeature([.. Items(feature, "rects").Select(r => Numbers(r.Value)).Select(n => ((int)n[0], (int)n[1], (int)n[2], (int)n[3], n[4]))]);
    }

    private static HaarTree Tree(XElement weak, HaarFeature[] features)
    {
        var nodes = Numbers(Text(weak, "internalNodes")).Chunk(4).Select(n => ((int)n[0], (int)n[1], features[(int)n[2]], n[3]));
        return new HaarTree([.. nodes], Numbers(Text(weak, "leafValues")));
    }

    private static IEnumerable<XElement> Items(XElement parent, string name) =>
        parent.Element(name)?.Elements("_") ?? throw new InvalidDataException($"<{name}> is missing");

    private static string Text(XElement parent, string name) => parent.Element(name)?.Value.Trim() ?? throw new InvalidDataException($"<{name}> is missing");

    private static double[] Numbers(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(n => double.Parse(n, NumberStyles.Float, CultureInfo.InvariantCulture))];
}
