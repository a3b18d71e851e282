using DrChaffee.Domain.Data;
using DrChaffee.Ingestion.Download;

namespace DrChaffee.Ingestion.Machine;

/// <summary>Reads how busy this machine is, once for all who look at the same time.</summary>
public sealed class MachineMeter
{
    private readonly CachedValue<MachineReading> _reading;

    internal MachineMeter(ProcessorMeter processors, MemoryMeter memory, DiskMeter disks, GpuMeter gpus, AudioStore store, TimeProvider time) =>
        _reading = new CachedValue<MachineReading>(TimeSpan.FromSeconds(2), time, async cancellationToken =>
        {
            var gpu = gpus.ReadAsync(cancellationToken);
            return new MachineReading(time.GetUtcNow(), await processors.ReadAsync(cancellationToken), memory.Read(), disks.Read(), await gpu, store.FullReason());
        });

    /// <summary>Some seconds old at most.</summary>
    public Task<MachineReading> ReadAsync(CancellationToken cancellationToken) => _reading.GetAsync(cancellationToken);
}
