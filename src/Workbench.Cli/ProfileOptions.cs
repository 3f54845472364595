using System.CommandLine;
using Workbench.Purification;
using Workbench.Worlds;
using PerturbationProfile = Workbench.Perturbations.Profile;

namespace Workbench.Cli;

/// <summary>The option <c>--profile</c> of verbs that take a model: without it the settings follow the model, for the mini world's fit no other.</summary>
internal static class ProfileOptions
{
    private const string Default = "by default MiniWorld for a model of the mini world, Paper for any other";

    /// <summary>Settings of a protection; null when not given: then <see cref="ProtectionFor"/>.</summary>
    public static Option<PerturbationProfile?> Protection(string what) => new("--profile") { Description = $"{what}: MiniWorld, Paper (real Stable Diffusion) or Smoke; {Default}." };

    /// <summary>Settings of purifiers; null when not given: then <see cref="PurifiersFor"/>.</summary>
    public static Option<PurifierProfile?> Purifiers() => new("--profile")
    {
        Description = "Settings of the purifiers: MiniWorld, Paper (real photos and Stable Diffusion), Smoke (a few steps), or Released (what the compared code does, where that differs from the paper); "
            + $"{Default}.",
    };

    /// <summary>The settings of a protection that fit a model.</summary>
    /// <param name="model">The folder that <c>--model</c> names; null: the mini world's.</param>
    public static PerturbationProfile ProtectionFor(string? model) => IsMiniWorld(model) ? PerturbationProfile.MiniWorld : PerturbationProfile.Paper;

    /// <summary>The settings of purifiers that fit a model.</summary>
    /// <param name="model">The folder that <c>--model</c> names; null: the mini world's.</param>
    public static PurifierProfile PurifiersFor(string? model) => IsMiniWorld(model) ? PurifierProfile.MiniWorld : PurifierProfile.Paper;

    private static bool IsMiniWorld(string? model) => model is null || MiniWorldModels.IsMiniWorld(model);
}
