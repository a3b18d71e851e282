using Npgsql;
using NpgsqlTypes;

namespace DrChaffee.Domain.Data;

/// <summary>Row numbers as the parameter of a statement that says <c>= ANY($n)</c>.</summary>
internal static class RowNumbers
{
    public static NpgsqlParameter<long[]> Parameter(IEnumerable<long> numbers) => new() { TypedValue = [.. numbers], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };
}
