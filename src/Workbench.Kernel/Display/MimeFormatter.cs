using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;
using Workbench.Kernel.Documents;

namespace Workbench.Kernel.Display;

/// <summary>
/// Turns a value into its representations. A value that brings its own bundle, by a parameterless method
/// <c>ToMimeBundle()</c> or a property <c>MimeBundle</c> of a string dictionary, is shown as that (binary types as base64);
/// all others by the formatters of Microsoft.DotNet.Interactive.Formatting. There is always text/plain.
/// </summary>
public static class MimeFormatter
{
    private const string PlainType = "text/plain";
    private const string HtmlType = "text/html";

    /// <summary>Formats a value as the named types, or as those that its type prefers.</summary>
    public static MimeBundle Format(object? value, params IReadOnlyList<string> mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(mimeTypes);
        if (Own(value) is { } own) return Complete(own, value);
        if (PlotlyCharts.Of(value) is { } chart) return chart;
        if (mimeTypes.Count == 0 && IsSimple(value)) return MimeBundle.Plain(PlainText(value));

        var types = mimeTypes.Count > 0 ? mimeTypes : [.. Formatter.GetPreferredMimeTypesFor(value?.GetType())];
        return Complete(new(types.Distinct().Select(type => KeyValuePair.Create(type, value.ToDisplayString(type)))), value);
    }

    /// <summary>The text/plain form alone.</summary>
    public static string PlainText(object? value) =>
        Own(value) is { } own ? own.GetValueOrDefault(PlainType) ?? value!.GetType().Name : value.ToDisplayString(PlainType);

    private static MimeBundle Complete(MimeBundle bundle, object? value)
    {
        if (bundle.ContainsKey(PlainType)) return bundle;
        return bundle.With(PlainType, Own(value) is null ? value.ToDisplayString(PlainType) : TypeNames.Of(value!.GetType()));
    }

    /// <summary>Numbers, text and the like need no HTML.</summary>
    private static bool IsSimple(object? value) =>
        value is null or string or decimal || (value.GetType() is { IsPrimitive: true });

    private static MimeBundle? Own(object? value)
    {
        if (value is null) return null;
        if (value is MimeBundle bundle) return bundle;
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public;
        var type = value.GetType();
        var entries = type.GetMethod("ToMimeBundle", Flags, Type.EmptyTypes) is { } method && IsBundle(method.ReturnType) ? Invoke(() => method.Invoke(value, null))
            : type.GetProperty("MimeBundle", Flags) is { CanRead: true } property && IsBundle(property.PropertyType) ? Invoke(() => property.GetValue(value))
            : null;
        return entries is null ? null : new(entries);

        static bool IsBundle(Type type) => typeof(IEnumerable<KeyValuePair<string, string>>).IsAssignableFrom(type);
    }

    private static IEnumerable<KeyValuePair<string, string>>? Invoke(Func<object?> member)
    {
        try
        {
            return (IEnumerable<KeyValuePair<string, string>>?)member();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }
}
