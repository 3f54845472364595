using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Workbench.Weights;

/// <summary>Reads a Python pickle as data: a stack machine without any means to run code.</summary>
/// <remarks>
/// Calls are answered by <see cref="PickleGlobals"/>, whose list is closed. Opcodes that plain tensor dictionaries of torch never use are refused.
/// All failures are <see cref="InvalidDataException"/>; the caller adds the file's name.
/// </remarks>
internal sealed class PickleMachine
{
    private const int MaximumLine = 4096;
    private static readonly object Mark = new();
    private readonly byte[] code;
    private readonly Func<object?, object?> persistent;
    private readonly List<object?> stack = [];
    private readonly Dictionary<long, object?> memo = [];
    private int position;

    private PickleMachine(byte[] code, int position, Func<object?, object?> persistent) => (this.code, this.position, this.persistent) = (code, position, persistent);

    /// <summary>The object that <paramref name="pickle"/> describes.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or names what is not on the list.</exception>
    public static object? Load(byte[] pickle)
    {
        var position = 0;
        return Load(pickle, ref position, PickleGlobals.Storage);
    }

    /// <summary>The object that the pickle at <paramref name="position"/> describes.</summary>
    /// <param name="pickles">One pickle, or several behind one another.</param>
    /// <param name="position">Where it begins; then where it has ended.</param>
    /// <param name="persistent">What a persistent id stands for.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged, or names what is not on the list.</exception>
    public static object? Load(byte[] pickles, ref int position, Func<object?, object?> persistent)
    {
        try
        {
            var machine = new PickleMachine(pickles, position, persistent);
            var result = machine.Run();
            position = machine.position;
            return result;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException or InvalidCastException)
        {
            throw new InvalidDataException($"the pickle is damaged ({e.Message})", e);
        }
    }

    private object? Run()
    {
        while (true)
        {
            var at = position;
            switch ((char)Byte())
            {
                case '.': return Pop();
                case '\x80': if (Byte() > 5) throw new InvalidDataException("the pickle's protocol is newer than 5"); break;
                case '\x95': Take(8); break;
                case '(': Push(Mark); break;
                case '0': Pop(); break;
                case '1': PopToMark(); break;
                case '2': Push(Peek()); break;
                case 'N': Push(null); break;
                case '\x88': Push(true); break;
                case '\x89': Push(false); break;
                case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case 'K': Push((long)Byte()); break;
                case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case '\x8a': Push(Integer(Take(Byte()))); break;
                case '\x8b': Push(Integer(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
                case 'I': Push(TextInteger(Line())); break;
                case 'L': Push(TextInteger(Line().TrimEnd('L'))); break;
                case 'F': Push(double.Parse(Line(), CultureInfo.InvariantCulture)); break;
                case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 'X': Push(Utf8(Take(Length4()))); break;
                case '\x8c': Push(Utf8(Take(Byte()))); break;
                case '\x8d': Push(Utf8(Take(Length8()))); break;
                case 'U': Push(Python2Text(Take(Byte()))); break;
                case 'T': Push(Python2Text(Take(Length4()))); break;
                case 'C': Push(Take(Byte()).ToArray()); break;
                case 'B': Push(Take(Length4()).ToArray()); break;
                case ')': Push(Array.Empty<object?>()); break;
                case '\x85': Push(PopLast(1)); break;
                case '\x86': Push(PopLast(2)); break;
                case '\x87': Push(PopLast(3)); break;
                case 't': Push(PopToMark()); break;
                case ']': Push(new List<object?>()); break;
                case 'l': Push(PopToMark().ToList()); break;
                case 'a': Append([Pop()]); break;
                case 'e': Append(PopToMark()); break;
                case '}': Push(new PickleDictionary()); break;
                case 'd': { var items = PopToMark(); Push(new PickleDictionary()); SetItems(items); break; }
                case 's': SetItems(PopLast(2)); break;
                case 'u': SetItems(PopToMark()); break;
                case 'q': memo[Byte()] = Peek(); break;
                case 'r': memo[Length4()] = Peek(); break;
                case 'p': memo[long.Parse(Line(), CultureInfo.InvariantCulture)] = Peek(); break;
                case '\x94': memo[memo.Count] = Peek(); break;
                case 'h': Push(Recall(Byte())); break;
                case 'j': Push(Recall(Length4())); break;
                case 'g': Push(Recall(long.Parse(Line(), CultureInfo.InvariantCulture))); break;
                case 'c': Push(PickleGlobals.Find(Line(), Line())); break;
                case '\x93': { var names = PopLast(2); Push(PickleGlobals.Find((string)names[0]!, (string)names[1]!)); break; }
                case 'R': case '\x81': Call(); break;
                case 'Q': Push(persistent(Pop())); break;
                case 'b': Build(); break;
                default: throw new InvalidDataException($"the pickle has opcode 0x{code[at]:x2} at byte {at}, which tensor dictionaries do not use; it was not run");
            }
        }
    }

    /// <summary>Attributes of a dictionary (torch hangs version notes on state dicts) are dropped; nothing else has attributes here.</summary>
    private void Build()
    {
        Pop();
        if (Peek() is not PickleDictionary) throw new InvalidDataException("the pickle sets attributes of something that is no dictionary");
    }

    private void Call()
    {
        var arguments = Pop() as object?[] ?? throw new InvalidDataException("a call's arguments are no tuple");
        Push(PickleGlobals.Call(Pop(), arguments));
    }

    private void Append(object?[] items) => ((List<object?>)(Peek() ?? throw new InvalidDataException("None is appended to"))).AddRange(items);

    private void SetItems(object?[] items)
    {
        if (Peek() is not PickleDictionary target || items.Length % 2 != 0) throw new InvalidDataException("the pickle sets items of something that is no dictionary");
        for (var i = 0; i < items.Length; i += 2) target.Items[items[i] ?? throw new InvalidDataException("a dictionary key is None")] = items[i + 1];
    }

    private void Push(object? value) => stack.Add(value);

    private object? Peek() => stack.Count > 0 && stack[^1] != Mark ? stack[^1] : throw new InvalidDataException("the pickle takes from an empty stack");

    private object? Pop()
    {
        var value = Peek();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private object?[] PopLast(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--) values[i] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        var mark = stack.LastIndexOf(Mark);
        if (mark < 0) throw new InvalidDataException("the pickle misses a mark");
        var values = stack[(mark + 1)..].ToArray();
        stack.RemoveRange(mark, stack.Count - mark);
        return values;
    }

    private object? Recall(long slot) => memo.TryGetValue(slot, out var value) ? value : throw new InvalidDataException($"the pickle recalls slot {slot}, which is empty");

    private byte Byte() => Take(1)[0];

    private int Length4() => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));

    private int Length8() => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(Take(8)));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > code.Length - position) throw new InvalidDataException("the pickle ends in the middle");
        var bytes = code.AsSpan(position, count);
        position += count;
        return bytes;
    }

    private string Line()
    {
        var length = code.AsSpan(position).IndexOf((byte)'\n');
        if (length is < 0 or > MaximumLine) throw new InvalidDataException("the pickle has a line without an end");
        var text = Utf8(Take(length));
        position++;
        return text;
    }

    private static string Utf8(ReadOnlySpan<byte> bytes) => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);

    /// <summary>A string of Python 2, whose strings were bytes: text where it is text.</summary>
    private static object Python2Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Utf8(bytes) : bytes.ToArray();

    private static object Integer(ReadOnlySpan<byte> bytes) => bytes.Length <= MaximumLine
        ? Narrow(new BigInteger(bytes))
        : throw new InvalidDataException("the pickle has an integer of thousands of digits");

    private static object TextInteger(string line) => line switch
    {
        "00" => false,
        "01" => true,
        _ => Narrow(BigInteger.Parse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
    };

    /// <summary>A <see cref="long"/> where it fits, else a <see cref="BigInteger"/>.</summary>
    private static object Narrow(BigInteger number)
    {
        if (number < long.MinValue || number > long.MaxValue) return number;
        var narrow = (long)number;
        return narrow;
    }
}
