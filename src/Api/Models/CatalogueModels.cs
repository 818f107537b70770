using Exchange.Grains.Buyers;
using Exchange.Grains.Identifiers;
using Exchange.Grains.Notices;

namespace Exchange.Api.Models;

// family: identifiers, notices, buyers

/// <summary>Links a number, here in clear and nowhere else, to a household and perhaps one member.</summary>
public sealed record LinkIdentifierBody(
    GrainKey Scheme, [Text(128)] string Value, GrainKey Household, GrainKey? Member = null, GrainKey? Department = null)
    : IRequestBody;

/// <param name="Id">The item's own idempotency key.</param>
public sealed record LinkIdentifierItem(
    CommandId Id, GrainKey Scheme, [Text(128)] string Value, GrainKey Household, GrainKey? Member = null,
    GrainKey? Department = null);

public sealed record LinkIdentifiersBody(
    [Count(Batch.ItemsMax)] ImmutableArray<LinkIdentifierItem> Items) : IRequestBody;

public sealed record CorrectIdentifierBody(
    GrainKey Household, GrainKey? Member = null,
    [Text(Sealing.PersonalTexts.SizeBytesMax, Prose = true)] string? Reason = null) : IRequestBody;

/// <param name="Entry">The entry that made the link.</param>
public sealed record IdentifierView(
    GrainKey Id, GrainKey Department, GrainKey Scheme, GrainKey Household, GrainKey? Member, EntryIndex Entry)
{
    internal static ValueTask<IdentifierView> Of(Call call, IdentifierRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static IdentifierView Of(IdentifierRow row) => new(
        row.Chain.Key, row.Link.Department, row.Link.Scheme, row.Link.Household, row.Link.Member, row.Link.Entry);
}

/// <summary>One version of a notice in one language.</summary>
public sealed record PublishNoticeBody(
    int Version, [Text(16)] string Language, [Text(256)] string Title, [Text(256)] string Controller,
    [Text(512)] string Contact, [Text(32768, Prose = true)] string Body, GrainKey? Id = null) : IRequestBody;

public sealed record NoticeVersionView(int Version, string Language, Digest Digest);

public sealed record NoticeView(GrainKey Id, GrainKey Department, IReadOnlyList<NoticeVersionView> Versions)
{
    internal static ValueTask<NoticeView> Of(Call call, NoticeRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static NoticeView Of(NoticeRow row) => new(
        row.Chain.Key, row.Department,
        [.. row.Documents.Select(pair => (Parts: pair.Key.Split('/'), pair.Value)).Select(pair => new NoticeVersionView(
            int.Parse(pair.Parts[0], System.Globalization.CultureInfo.InvariantCulture), pair.Parts[1], pair.Value))]);
}

/// <summary>What people are told, word by word.</summary>
public sealed record NoticeTextView(
    GrainKey Notice, int Version, string Language, Digest Digest, string Title, string Controller, string Contact,
    string Body);

/// <summary>A buyer; its own id where the buyer registers itself.</summary>
public sealed record RegisterBuyerBody(
    [Text(256)] string LegalName, [Text(64)] string Code, [Text(2)] string Country, [Text(512)] string Contact,
    [Count(32)] ImmutableArray<PurposeCode> Purposes, GrainKey? Id = null) : IRequestBody;

/// <summary>What is known about a buyer; all fields as they should stand, so that a retry is the same intent.</summary>
public sealed record CorrectBuyerBody(
    [Text(256)] string LegalName, [Text(64)] string Code, [Text(2)] string Country, [Text(512)] string Contact,
    [Count(32)] ImmutableArray<PurposeCode> Purposes) : IRequestBody;

public sealed record ReasonBody([Text(512)] string Reason) : IRequestBody;

public sealed record BuyerView(
    GrainKey Id, BuyerStatus Status, string LegalName, string Code, string Country, string Contact,
    IReadOnlyCollection<PurposeCode> Purposes)
{
    internal static ValueTask<BuyerView> Of(Call call, BuyerRow row, UnixMilliseconds asOf) =>
        ValueTask.FromResult(Of(row));

    internal static BuyerView Of(BuyerRow row) => new(
        row.Chain.Key, row.Status, row.Details.LegalName, row.Details.Code, row.Details.Country, row.Details.Contact,
        row.Details.Purposes);
}
