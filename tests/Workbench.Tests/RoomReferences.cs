using System.Reflection;
using System.Reflection.Emit;

namespace Workbench.Tests;

/// <summary>One use of a type of room <paramref name="To"/> by room <paramref name="From"/>.</summary>
public sealed record RoomReference(string From, string To, string Member, string Used);

/// <summary>Reads from a compiled assembly which rooms (first namespace part after the prefix) use which, method bodies included.</summary>
public static class RoomReferences
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    public static IReadOnlyList<RoomReference> Of(Assembly assembly, string prefix = "Workbench.")
    {
        var found = new HashSet<RoomReference>();
        foreach (var type in assembly.GetTypes())
        {
            if (Room(type, prefix) is not { } from) continue;
            foreach (var (member, used) in Uses(type))
                if (Room(used, prefix) is { } to && used.Assembly == assembly) found.Add(new RoomReference(from, to, member, used.FullName ?? used.Name));
        }
        return [.. found];
    }

    private static string? Room(Type type, string prefix) =>
        type.Namespace is { } name && (name + ".").StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length
            ? name[prefix.Length..].Split('.')[0]
            : null;

    private static IEnumerable<(string Member, Type Used)> Uses(Type type)
    {
        var owner = Owner(type);
        foreach (var used in new[] { type.BaseType }.Concat(type.GetInterfaces()).SelectMany(Parts)) yield return (owner, used);
        foreach (var field in type.GetFields(All))
            foreach (var used in Parts(field.FieldType)) yield return ($"{owner}.{field.Name}", used);
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            foreach (var used in SignatureOf(method).Concat(BodyOf(method)).SelectMany(Parts)) yield return ($"{owner}.{method.Name}", used);
    }

    private static string Owner(Type type) => type.DeclaringType is { } outer ? Owner(outer) : type.Name;

    private static IEnumerable<Type?> SignatureOf(MethodBase method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType).Append((method as MethodInfo)?.ReturnType)
            .Concat(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? []);

    private static IEnumerable<Type?> BodyOf(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray();
        if (code is null) yield break;
        Type[]? typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var i = 0; i < code.Length;)
        {
            short value = code[i++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | code[i++]));
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(code, i), typeArguments, methodArguments);
                yield return member as Type ?? member?.DeclaringType;
                if (member is MethodInfo { IsGenericMethod: true } generic)
                    foreach (var argument in generic.GetGenericArguments()) yield return argument;
            }
            i += Size(operand, code, i);
        }
    }

    private static int Size(OperandType operand, byte[] code, int position) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, position),
        _ => 4,
    };

    /// <summary>The type itself and all types that it is made of.</summary>
    private static IEnumerable<Type> Parts(Type? type)
    {
        if (type is null || type.IsGenericParameter) yield break;
        if (type.HasElementType)
        {
            foreach (var part in Parts(type.GetElementType())) yield return part;
            yield break;
        }
        yield return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        foreach (var argument in type.GenericTypeArguments)
            foreach (var part in Parts(argument)) yield return part;
    }
}
