using Exchange.Ledger.Tests.Naive;

namespace Exchange.Ledger.Tests;

/// <summary>Turns trees of the vectors into the product's types, field by field.</summary>
internal static class Trees
{
    internal static ExchangeId Exchange { get; } = new(Bytes16.From(Samples.Exchange));

    internal static ChainId Chain(object? tree)
    {
        var parts = (object?[])tree!;
        return new((GrainKind)Number(parts[0]), GrainKey.Parse((string)parts[1]!));
    }

    internal static Digest Digest(object? tree) => new((byte[])tree!);

    internal static Bytes16 Sixteen(object? tree) => Bytes16.From((byte[])tree!);

    internal static long Number(object? tree) =>
        Convert.ToInt64(tree, System.Globalization.CultureInfo.InvariantCulture);

    internal static Entry Entry(object? tree)
    {
        var fields = (object?[])tree!;
        return new()
        {
            Chain = Chain(fields[1]),
            Index = new(Number(fields[2])),
            Previous = Digest(fields[3]),
            RecordedAt = new(Number(fields[4])),
            Actor = Actor((object?[])fields[5]!),
            CommandId = new(Sixteen(fields[6])),
            Command = Command((object?[])fields[7]!),
            Rules = (int)Number(fields[9]),
            Facts = [.. ((object?[])fields[10]!).Select(fact => Fact((object?[])fact!))],
            Events = [.. ((object?[])fields[11]!).Select(each => Event((object?[])each!))],
            Salt = new(Sixteen(fields[12])),
        };
    }

    internal static RecordedCommand Command(object?[] parts) =>
        new((int)Number(parts[0]), (int)Number(parts[1]), NaivePack.Pack(parts[2]));

    internal static Receipt Receipt(object? tree)
    {
        var fields = (object?[])tree!;
        return new(
            new(Sixteen(fields[0])),
            Chain(fields[1]),
            new(Number(fields[2])),
            Digest(fields[3]),
            new(Number(fields[4])));
    }

    private static Actor Actor(object?[] parts) => new(
        Chain(parts[..2]),
        (Role)Number(parts[2]),
        parts[3] is null ? null : Chain(parts[3]),
        (string?)parts[4],
        (Channel)Number(parts[5]),
        parts[6] is object?[] proof ? new(Digest(proof[0]), (string)proof[1]!) : null);

    private static RecordedFact Fact(object?[] parts) => new(
        Chain(parts[0]),
        new(new(Number(parts[1])), Digest(parts[2])),
        new(Number(parts[3])),
        (int)Number(parts[4]),
        NaivePack.Pack(parts[5]));

    // The cast keeps an absent value absent: a null array would otherwise become an empty memory.
    private static RecordedEvent Event(object?[] parts) => new(
        (int)Number(parts[0]),
        (int)Number(parts[1]),
        parts[2] is null ? null : (ReadOnlyMemory<byte>?)NaivePack.Pack(parts[2]));
}
