namespace Workbench.Imaging;

/// <summary>Encodes as JPEG and decodes again: the compression that a picture meets on its way through the web.</summary>
public static class JpegRoundTrip
{
    /// <summary>One picture through JPEG, 4:2:0 chroma.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 to 100.</param>
    public static RgbImage Apply(RgbImage image, int quality = 75) => ImageCodec.Load(image.EncodeJpeg(quality), "JPEG round trip");

    /// <summary>Every picture of a batch through JPEG (pixels are rounded to 8 bits first).</summary>
    /// <param name="batch">The pictures.</param>
    /// <param name="quality">1 to 100.</param>
    public static ImageBatch Apply(ImageBatch batch, int quality = 75) => ImageBatch.FromImages([.. batch.Images().Select(i => Apply(i, quality))]);
}
