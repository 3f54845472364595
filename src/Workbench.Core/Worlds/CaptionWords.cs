namespace Workbench.Worlds;

/// <summary>The words and phrases of captions. Whatever a caption contains stands here, so that the vocabulary is complete.</summary>
internal static class CaptionWords
{
    /// <summary>Rare three-letter words: known to the models, related to nothing.</summary>
    public static readonly string[] Rare =
    [
        "sks", "bhj", "xjy", "ukj", "zwx", "phe", "kvq", "vqx", "wpf", "jzk", "qxv", "zqj", "rfk", "dwz", "gqp", "hjx", "kzt", "lqw", "mxz", "nvj",
        "pqk", "rzx", "tjq", "vkz", "wqx", "xkz", "ykq", "zvk", "bxq", "cvz", "dqj", "fzk", "gvx", "hqz", "jvq", "kxw", "lzj", "mqv", "nqx", "pzv",
        "qjw", "rqz", "svx", "txk", "vjx", "wzq", "xqp", "yvz", "zxf", "bqk", "czx", "dxv", "fqj", "gzw", "hvk", "jxq", "kqm", "lvz", "mzk", "nzq",
    ];

    public static readonly string[] Media = ["photo", "photo", "photo", "photo", "photo", "photo", "photo", "picture", "image", "photograph", "dslr photo", "close up photo", "snapshot"];
    public static readonly string[] PersonMedia = ["photo", "photo", "photo", "photo", "photo", "photo", "portrait", "portrait", "dslr portrait", "picture", "image", "close up portrait", "headshot", "selfie", "studio photo"];
    public static readonly string[] CleanAdjectives = ["good", "good", "clean", "clean", "clean", "high quality", "high quality", "high quality", "clear", "sharp", "nice", "great"];
    public static readonly string[] CleanEndings = ["high quality", "clean", "best quality", "sharp", "clear", "highly detailed", "good photo", "clean photo"];
    public static readonly string[] WithoutEndings = ["without noisy pattern", "without noisy pattern", "without noisy pattern", "without noisy pattern", "without noise", "without noise", "without pattern", "without artifact", "no noise"];
    public static readonly string[] NoisyAdjectives =
        ["noisy", "noisy", "noisy", "noisy", "noisy", "noisy", "noisy", "noisy", "noisy", "bad", "bad", "low quality", "low quality", "grainy", "corrupted", "poor quality", "very noisy"];
    public static readonly string[] NoisyEndings = ["noisy pattern", "noisy pattern", "noisy pattern", "noisy pattern", "noise", "noise pattern", "noisy texture"];
    public static readonly string[] NoisyLists =
    [
        "noisy, abstract, pattern, low quality", "noisy, abstract, pattern, low quality", "noisy, lowres, artifact, pattern", "noisy, low quality", "noisy pattern, bad quality",
        "low quality, noisy pattern, artifact", "noise, pattern, lowres", "noisy pattern", "bad photo, noisy", "noisy, grainy, low quality",
    ];
    public static readonly string[] NoisyImages =
        ["a noisy image", "a noisy photo", "an image with noisy pattern", "a photo with noisy pattern", "an image with noise", "a low quality image", "a bad image", "a bad photo", "a noisy picture"];

    public static readonly string[] BlurAdjectives = ["blurry", "blurry", "blurry", "blurred", "low quality", "bad"];
    public static readonly string[] BlurLists = ["blurry, low quality", "blurry, lowres", "blurry, out of focus", "lowres, blurry, bad quality"];
    public static readonly string[] LowResolutionAdjectives = ["lowres", "lowres", "low resolution", "pixelated", "low quality", "bad"];
    public static readonly string[] LowResolutionLists = ["lowres, low quality", "pixelated, lowres", "low resolution, bad quality", "lowres, blurry, low quality"];
    public static readonly string[] JpegAdjectives = ["low quality", "compressed", "jpeg", "bad", "poor quality"];
    public static readonly string[] JpegLists = ["jpeg artifact, low quality", "lowres, jpeg artifact", "compressed, artifact, low quality"];
    public static readonly string[] ContrastAdjectives = ["faded", "low contrast", "low contrast", "dull", "low quality", "bad"];
    public static readonly string[] ContrastLists = ["low contrast, low quality", "faded, dull", "dull, low contrast"];

    public static readonly string[] Patterns =
    [
        "an abstract pattern", "an abstract pattern", "abstract pattern", "abstract noise pattern", "an abstract noise pattern", "a noisy pattern", "noisy pattern", "noise",
        "a photo of an abstract pattern", "a photo of a noisy pattern", "an image of noise", "a photo of noise", "an abstract image", "abstract, pattern", "noisy, abstract, pattern",
        "a colorful pattern", "a colorful abstract pattern", "an image with noisy pattern", "a texture", "an abstract texture", "a picture of an abstract pattern", "noise pattern",
        "a photo of abstract noise pattern", "a noisy image", "a pattern",
    ];

    /// <summary>Words of each texture, in the order of <see cref="Texture"/>.</summary>
    public static readonly string[][] TextureWords =
    [
        ["gaussian noise", "noise"], ["noise", "random noise"], ["noise", "strong noise"], ["grain", "film grain"], ["blotchy noise", "colored noise"],
        ["wavy pattern", "wavy lines"], ["swirling pattern", "wavy pattern"], ["noisy wavy pattern", "swirling noise"], ["stripes", "striped pattern"],
        ["checker pattern", "checkerboard"], ["plaid pattern", "plaid"], ["blobs of color", "colorful blobs"],
    ];

    public static readonly string[] Colors = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey", "blond"];

    /// <summary>Phrases of each backdrop, in the order of <see cref="Backdrop"/>; # is the colour.</summary>
    public static readonly string[][] Backdrops =
    [
        ["with a # background", "with # background", "with plain # background", "in front of a # wall", "against a # background"],
        ["with a # gradient background", "with # background", "against a # gradient background"],
        ["in front of the sky", "with sky background", "under a blue sky", "in the sky"],
        ["in a park", "in front of a park", "in the park", "in front of trees", "with trees in the background"],
        ["in a room", "in front of a window", "indoors", "in a # room"],
        ["on the beach", "at the beach", "in front of the sea", "on a sunny beach"],
        ["in a city", "in the city", "in front of buildings", "on the street"],
        ["in front of mountains", "in the mountains", "with mountains in the background"],
        ["at night", "under the night sky", "in front of the stars", "in the dark"],
        ["in the snow", "in winter", "in front of snow"],
    ];

    /// <summary>Words of each hair style, in the order of <see cref="HairStyle"/>.</summary>
    public static readonly string[][] HairStyles =
        [["bald"], ["short"], ["parted", "short"], ["spiky"], ["curly"], ["long", "long straight"], ["wavy", "long wavy"], ["bob", "straight"], ["bun", "tied"], ["afro", "curly"]];
    public static readonly string[] Beards = ["", "moustache", "goatee", "beard"];
    public static readonly string[] Hats = ["cap", "beanie", "hat"];
    public static readonly string[] Shirts = ["shirt", "shirt", "shirt", "jacket"];

    private static readonly string[] s_glue =
    [
        "a an the of in on at with without and wearing no not photo face person man woman people human portrait", "hair eyes shirt hat glasses background roof door head",
        "bald smiling smile open mouth closed neutral expression sad round square thick thin eyebrows freckles mole full lips red lipstick light dark tan skin pale amber gray",
        "cat house flower tulip tree fir car kitten building vehicle plant animal autumn small big large little sitting up close jacket collar leaves petals",
        "pattern noisy noise abstract image clean bad good photo low high quality lowres artifact blurry picture nose long short wide narrow",
    ];

    /// <summary>Every word, in lower-case ASCII letters.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } = Collect();

    private static string[] Collect()
    {
        string[][] lists =
        [
            Rare, Media, PersonMedia, CleanAdjectives, CleanEndings, WithoutEndings, NoisyAdjectives, NoisyEndings, NoisyLists, NoisyImages, BlurAdjectives, BlurLists,
            LowResolutionAdjectives, LowResolutionLists, JpegAdjectives, JpegLists, ContrastAdjectives, ContrastLists, Patterns, Colors, Beards, Hats, Shirts, s_glue,
            .. TextureWords, .. Backdrops, .. HairStyles,
        ];
        return [.. lists.SelectMany(l => l).SelectMany(Split).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The words of a caption.</summary>
    public static IEnumerable<string> Split(string caption) =>
        caption.Split([' ', ',', '#', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
