namespace DrChaffee.Domain.Settings;

/// <summary>What this machine is for, and so what it may do.</summary>
public enum RunMode
{
    /// <summary>Ingests everything.</summary>
    Local,

    /// <summary>Serves, and takes in the newest few each night; bulk runs are refused.</summary>
    Production,

    /// <summary>Serves; ingestion is refused.</summary>
    ApiOnly,
}
