using System.Text.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DrChaffee.Domain.Data;

/// <summary>An enumeration is its name in snake_case in the database: readable in SQL, and safe when a value is added in the middle.</summary>
internal sealed class SnakeCaseEnumConverter<T>() : ValueConverter<T, string>(value => SnakeCase.Name(value), text => SnakeCase.Parse<T>(text))
    where T : struct, Enum;

/// <summary>Names of enumeration values as the database and JSON write them.</summary>
public static class SnakeCase
{
    public static string Name<T>(T value) where T : struct, Enum => Names<T>.ByValue[value];

    public static T Parse<T>(string name) where T : struct, Enum => Names<T>.ByName[name];

    private static class Names<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> ByValue =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly Dictionary<string, T> ByName = ByValue.ToDictionary(pair => pair.Value, pair => pair.Key);
    }
}
