using DrChaffee.Ingestion.Transfer;

namespace DrChaffee.Web.Commands;

/// <summary>One line on standard error that rewrites itself on a terminal; elsewhere each step once.</summary>
internal sealed class TransferProgressLine : IProgress<TransferProgress>, IDisposable
{
    private readonly Lock _drawing = new();
    private string? _step;
    private bool _drawn;

    public void Report(TransferProgress value)
    {
        lock (_drawing)
        {
            var terminal = !Console.IsErrorRedirected;
            if (terminal && _drawn && _step != value.Step) Console.Error.WriteLine();
            if (!terminal && _step != value.Step) Console.Error.WriteLine(value.Step);
            _step = value.Step;
            if (!terminal) return;
            var line = $"{value.Step} {value.Detail}".TrimEnd();
            Console.Error.Write($"\r{line[..Math.Min(line.Length, Math.Max(20, Console.WindowWidth - 1))]}\u001b[K");
            _drawn = true;
        }
    }

    public void Dispose()
    {
        lock (_drawing)
        {
            if (_drawn) Console.Error.WriteLine();
            _drawn = false;
        }
    }
}
