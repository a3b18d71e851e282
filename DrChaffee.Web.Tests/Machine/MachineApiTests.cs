using DrChaffee.Ingestion.Machine;
using DrChaffee.Web.Features.Operations;
using DrChaffee.Web.Tests.Infrastructure;
using DrChaffee.Web.Tests.Web;

namespace DrChaffee.Web.Tests.Machine;

public sealed class MachineApiTests(EmptyApp app) : IClassFixture<EmptyApp>
{
    [Fact]
    public async Task The_machine_is_told_to_programs_and_shown_on_the_dashboard()
    {
        using var client = await app.SignedInClientAsync();
        var machine = await client.JsonAsync("/api/admin/machine");
        var page = await client.GetStringAsync("/admin", TestContext.Current.CancellationToken);
        var disk = machine.GetProperty("disks")[0];

        Assert.Equal(["at", "processors", "memory", "disks", "gpus", "fetching_stopped"], machine.Names());
        Assert.InRange(machine.GetProperty("processors").GetProperty("share").GetDouble(), 0, 1);
        Assert.InRange(machine.GetProperty("memory").GetProperty("available_bytes").GetInt64(), 1, machine.GetProperty("memory").GetProperty("total_bytes").GetInt64());
        Assert.Equal(["holds", "path", "total_bytes", "free_bytes", "full", "share"], disk.Names());
        Assert.All(["Processors", "Memory", "Disk"], label => Assert.Contains($"role=\"meter\" aria-label=\"{label}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_are_told_as_a_person_reads_them()
    {
        Assert.Equal(["420 MB", "1.8 GB", "310 GB"], ((long[])[420_000_000, 1_800_000_000, 310_000_000_000]).Select(MachineText.Size));
        Assert.Equal("0.8 of 2.0 GB", MachineText.Used(new MemoryLoad(1, 2_000_000_000, 1_200_000_000)));
        Assert.Equal("NVIDIA L4 · 1.0 of 24.0 GB · 51 °C", MachineText.Note(new GpuLoad("NVIDIA L4", 0.3, 1_000_000_000, 24_000_000_000, 51)));
        Assert.Equal("NVIDIA L4", MachineText.Note(new GpuLoad("NVIDIA L4", null, null, null, null)));
    }
}
