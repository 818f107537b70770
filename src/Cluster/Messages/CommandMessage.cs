using MessagePack;

namespace Exchange.Cluster.Messages;

// family: a command on its way to the silo that hosts its grain

/// <summary>A command between two nodes: its canonical bytes, in an envelope that is never hashed.</summary>
/// <param name="Version">Which form this is; see <see cref="MessageVersion"/>.</param>
/// <param name="Chain">The grain: <c>kind/key</c>.</param>
/// <param name="Id">The caller's name for the command, 16 bytes.</param>
/// <param name="Actor">Who gives it, in its canonical form.</param>
/// <param name="Type">The number of the command.</param>
/// <param name="TypeVersion">The version of that number.</param>
/// <param name="Fields">The canonical array of the command's fields: what is hashed, to the byte.</param>
/// <param name="Expected">The head that the caller insists on.</param>
/// <param name="Supplied">Facts that only the caller knows.</param>
[MessagePackObject]
public sealed record CommandMessage(
    [property: Key(0)] int Version,
    [property: Key(1)] string Chain,
    [property: Key(2)] byte[] Id,
    [property: Key(3)] byte[] Actor,
    [property: Key(4)] int Type,
    [property: Key(5)] int TypeVersion,
    [property: Key(6)] byte[] Fields,
    [property: Key(7)] HeadMessage? Expected,
    [property: Key(8)] FactMessage[] Supplied);

/// <summary>A head between two nodes.</summary>
/// <param name="Index">The index of the last entry; -1 where there is none.</param>
/// <param name="Hash">Its hash, 32 bytes.</param>
[MessagePackObject]
public sealed record HeadMessage([property: Key(0)] long Index, [property: Key(1)] byte[] Hash);

/// <summary>A fact that only the caller knows, between two nodes.</summary>
/// <param name="Chain">The chain that it cites.</param>
/// <param name="Head">That chain's head when it was read.</param>
/// <param name="ReadAt">When it was read, in milliseconds since 1970.</param>
/// <param name="Type">The number of the fact.</param>
/// <param name="Values">The canonical array of its values.</param>
[MessagePackObject]
public sealed record FactMessage(
    [property: Key(0)] string Chain,
    [property: Key(1)] HeadMessage Head,
    [property: Key(2)] long ReadAt,
    [property: Key(3)] int Type,
    [property: Key(4)] byte[] Values);
