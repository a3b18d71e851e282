using DrChaffee.Ingestion.Diagnosis;
using DrChaffee.Ingestion.Download;
using Microsoft.Extensions.DependencyInjection;

namespace DrChaffee.Ingestion.Machine;

internal static class MachineServices
{
    public static void AddMachineMeter(this IServiceCollection services)
    {
        services.AddSingleton<DiskMeter>().AddSingleton(provider => new GpuMeter(provider.GetRequiredService<GpuProbe>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MachineMeter(
            new ProcessorMeter(provider.GetRequiredService<TimeProvider>()), new MemoryMeter(), provider.GetRequiredService<DiskMeter>(), provider.GetRequiredService<GpuMeter>(),
            provider.GetRequiredService<AudioStore>(), provider.GetRequiredService<TimeProvider>()));
    }
}
