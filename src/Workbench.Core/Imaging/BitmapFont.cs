namespace Workbench.Imaging;

/// <summary>A 5×7 pixel font for printable ASCII and the signs that labels use beside, so that they look the same on every machine, with or without system fonts.</summary>
internal static class BitmapFont
{
    /// <summary>Height of a line in font pixels, with the space below.</summary>
    public const int Height = 8;

    private const int Advance = 6;
    private const int Rows = 7;

    // One group a character from ' ' to '~'; seven base-32 digits each, top row first, the leftmost pixel is the digit's high bit.
    private static readonly string[] Glyphs = (
        "0000000 4444404 AAA0000 AAVAVAA 4FKE5U4 PP248JJ CIK8LID 4440000 2488842 8422248 04LEL40 044V440 0000C48 000V000 00000CC 11248GG " +
        "EHJLPHE 4C4444E EH1248V V2421HE 26AIV22 VGU11HE 68GUHHE V124444 EHHEHHE EHHF12C 0CC0CC0 0CC0C48 248G842 00V0V00 8421248 EH12404 " +
        "EHNLNGE EHHVHHH UHHUHHU EHGGGHE SIHHHIS VGGUGGV VGGUGGG EHGNHHF HHHVHHH E44444E 72222IC HIKOKIH GGGGGGV HRLLHHH HHPLJHH EHHHHHE " +
        "UHHUGGG EHHHLID UHHUKIH FGGE11U V444444 HHHHHHE HHHHHA4 HHHLLRH HHA4AHH HHA4444 V1248GV E88888E GG84211 E22222E 4AH0000 000000V " +
        "8420000 00E1FHF GGMPHHU 00EGGHE 11DJHHF 00EHVGE 698S888 0FHHF1E GGMPHHH 40C444E 20622IC GGIKOKI C44444E 00QLLHH 00MPHHH 00EHHHE " +
        "00UHUGG 00DJF11 00MPGGG 00FGE1U 88S8896 00HHHJD 00HHHA4 00HHLLA 00HA4AH 00HHF1E 00V248V 2448442 4444444 8442448 008L200").Split(' ');

    private static readonly Dictionary<char, string> Signs = new()
    {
        ['×'] = "00HA4AH", ['→'] = "042V240", ['−'] = "000V000", ['–'] = "000E000", ['±'] = "44V440V", ['·'] = "00CC000", ['≤'] = "248420V",
        ['δ'] = "EGCEHHE", ['Δ'] = "44AAHHV", ['ε'] = "0EGCGHE", ['λ'] = "O44AAHH", ['σ'] = "0FKHHHE",
    };

    /// <summary>Draws <paramref name="text"/> in black, cut to <paramref name="maxWidth"/> picture pixels; unknown characters become '?'.</summary>
    public static void Draw(RgbImage image, string text, int left, int top, int maxWidth, int scale)
    {
        var fitting = Math.Max(1, maxWidth / (Advance * scale));
        if (text.Length > fitting) text = fitting > 2 ? text[..(fitting - 2)] + ".." : text[..fitting];
        for (var i = 0; i < text.Length; i++) DrawGlyph(image, text[i], left + i * Advance * scale, top, scale);
    }

    private static void DrawGlyph(RgbImage image, char character, int left, int top, int scale)
    {
        if (!Signs.TryGetValue(character, out var glyph)) glyph = Glyphs[(character is >= ' ' and <= '~' ? character : '?') - ' '];
        for (var y = 0; y < Rows * scale; y++)
        {
            var digit = glyph[y / scale];
            var bits = digit <= '9' ? digit - '0' : digit - 'A' + 10;
            for (var x = 0; x < 5 * scale; x++)
            {
                if ((bits >> (4 - x / scale) & 1) != 0 && left + x < image.Width && top + y < image.Height) image[left + x, top + y] = (0, 0, 0);
            }
        }
    }
}
