using System.Buffers.Binary;
using Workbench.Imaging;
using Workbench.Tensors;

namespace Workbench.Tests.Imaging;

/// <summary>Small made-up pictures and files for tests.</summary>
internal static class Pictures
{
    public static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++) image[x, y] = ((byte)(255 * x / width), (byte)(255 * y / height), (byte)(127 + 64 * Math.Sin(x * 0.3)));
        }
        return image;
    }

    public static RgbImage Noise(int width, int height, ulong seed)
    {
        using var stream = new Seed(seed).Open();
        using var values = stream.Integers(0, 256, width * height * 3);
        return new RgbImage(width, height, Array.ConvertAll(values.data<long>().ToArray(), v => (byte)v));
    }

    public static double MeanDifference(RgbImage a, RgbImage b) => a.Pixels.Zip(b.Pixels, (p, q) => (double)Math.Abs(p - q)).Average();

    public static byte[] Bmp(int width, int height, (byte R, byte G, byte B)[] pixels)
    {
        var stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * height];
        (file[0], file[1], file[10], file[14], file[26], file[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        for (var i = 0; i < pixels.Length; i++)
        {
            var at = 54 + (height - 1 - i / width) * stride + i % width * 3;
            (file[at], file[at + 1], file[at + 2]) = (pixels[i].B, pixels[i].G, pixels[i].R);
        }
        return file;
    }

    public static byte[] PngHeaderOnly(int width, int height)
    {
        using var stream = new MemoryStream();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        PngChunks.Append(stream, "IHDR", header);
        PngChunks.Append(stream, "IEND", []);
        return stream.ToArray();
    }

    public static byte[] WithExifOrientation(byte[] jpeg, int orientation)
    {
        // APP1: "Exif\0\0", a little-endian TIFF header, one directory with one entry, tag 0x0112 of type SHORT.
        byte[] tiff = [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] body = [.. "Exif\0\0"u8, .. tiff];
        var length = body.Length + 2;
        return [jpeg[0], jpeg[1], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. body, .. jpeg[2..]];
    }
}
