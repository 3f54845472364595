using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Workbench.Weights;

/// <summary>Takes the nulls out of a JSON object where the record's property cannot be null, so that its default stands.</summary>
internal static class ConfigNulls
{
    public static void Remove(JsonObject json, Type type, JsonSerializerOptions options)
    {
        var context = new NullabilityInfoContext();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? options.PropertyNamingPolicy!.ConvertName(property.Name);
            if (!json.TryGetPropertyValue(key, out var value)) continue;
            if (value is null && context.Create(property).WriteState == NullabilityState.NotNull) json.Remove(key);
            else if (value is JsonObject child && IsRecord(property.PropertyType)) Remove(child, property.PropertyType, options);
        }
    }

    private static bool IsRecord(Type type) => type.IsClass && type != typeof(string) && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true;
}
