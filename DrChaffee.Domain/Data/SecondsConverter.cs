using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DrChaffee.Domain.Data;

/// <summary>Times within a recording are seconds in the database, so that SQL and a player read them alike.</summary>
internal sealed class SecondsConverter() : ValueConverter<TimeSpan, double>(time => time.TotalSeconds, seconds => TimeSpan.FromSeconds(seconds));
