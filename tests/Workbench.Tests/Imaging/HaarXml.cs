namespace Workbench.Tests.Imaging;

/// <summary>Haar cascades of one stage with one feature, as OpenCV's files have them.</summary>
internal static class HaarXml
{
    /// <summary>A cascade that accepts a window where the feature is at least the threshold.</summary>
    /// <param name="rects">The feature's rectangles, for example <c>&lt;_&gt;0 0 24 24 -1.&lt;/_&gt;</c>.</param>
    /// <param name="threshold">Of the feature, normalised by the window's deviation.</param>
    public static string Cascade(string rects, double threshold) => $"""
        <?xml version="1.0"?>
        <opencv_storage><cascade type_id="opencv-cascade-classifier"><stageType>BOOST</stageType><featureType>HAAR</featureType>
        <height>24</height><width>24</width><stageNum>1</stageNum>
        <stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>0.5</stageThreshold><weakClassifiers>
        <_><internalNodes>0 -1 0 {threshold.ToString(System.Globalization.CultureInfo.InvariantCulture)}</internalNodes><leafValues>0. 1.</leafValues></_></weakClassifiers></_></stages>
        <features><_><rects>{rects}</rects></_></features></cascade></opencv_storage>
        """;
}
