namespace DrChaffee.Web.Features.Lab;

/// <summary>Progress told at once, in order, to a page that hops onto its circuit by itself.</summary>
internal sealed class OnCircuit(Action<double> show) : IProgress<double>
{
    public void Report(double value) => show(value);
}
