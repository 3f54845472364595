using Workbench.Tensors;
using Xunit;

namespace Workbench.Tests;

/// <summary>The rooms of the core library depend on each other in one direction.</summary>
public sealed class RoomOrderTests
{
    private static readonly string[][] Order =
    [
        ["Tensors"],
        ["Imaging", "Weights"],
        ["Models", "Schedulers"],
        ["Pipelines"],
        ["Personalization", "Perturbations", "Purification"],
        ["Metrics", "Analysis"],
        ["Experiments", "Worlds"],
        ["Charts"],
    ];

    private static readonly IReadOnlyList<RoomReference> References = RoomReferences.Of(typeof(NativeTorch).Assembly);

    [Fact]
    public void Every_room_has_a_place_in_the_order()
    {
        var unknown = References.Select(reference => reference.From).Where(room => Rank(room) < 0).Distinct(StringComparer.Ordinal);
        Assert.Empty(unknown);
    }

    [Fact]
    public void No_room_uses_a_later_one()
    {
        var wrong = References.Where(reference => Rank(reference.To) > Rank(reference.From));
        Assert.True(!wrong.Any(), "Rooms that use a later one:\n" + string.Join("\n", wrong.Take(20)));
    }

    [Fact]
    public void Rooms_side_by_side_do_not_use_each_other_in_a_circle()
    {
        var edges = References.Select(reference => (reference.From, reference.To)).Where(edge => edge.From != edge.To).Distinct().ToList();
        var left = edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct(StringComparer.Ordinal).ToList();
        // Take away what uses nothing that is left, until nothing can be taken away.
        while (left.RemoveAll(room => !edges.Any(edge => edge.From == room && left.Contains(edge.To))) > 0)
        {
        }
        Assert.Empty(left);
    }

    [Fact]
    public void The_scan_sees_references_in_signatures_and_in_method_bodies()
    {
        // Guards the tests above: these two test methods name the golden room only in a body, and only in a signature.
        var own = RoomReferences.Of(typeof(RoomOrderTests).Assembly, "Workbench.Tests.");
        Assert.Contains(own, reference => reference is { From: "Weights", To: "Goldens", Member: "StateDictTests.Floats_of_any_width_are_cast_into_the_module" });
        Assert.Contains(own, reference => reference is { From: "Weights", To: "Goldens", Member: "ModelFolderTests.A_folder_of_diffusers_opens_and_its_index_is_written_back_the_same" });
    }

    [Fact]
    public void The_kernel_knows_no_model()
    {
        var names = System.Reflection.Assembly.Load("Workbench.Kernel").GetReferencedAssemblies().Select(name => name.Name);
        Assert.DoesNotContain("Workbench.Core", names);
        Assert.DoesNotContain("TorchSharp", names);
    }

    private static int Rank(string room) => Array.FindIndex(Order, rank => rank.Contains(room, StringComparer.Ordinal));
}
