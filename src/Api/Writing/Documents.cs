namespace Exchange.Api.Writing;

/// <summary>Keeps what is too large for an entry and is named there by its digest (tag 0x19).</summary>
internal static class Documents
{
    /// <summary>The digest of a document.</summary>
    internal static Digest DigestOf<T>(T document) => Hashes.Tagged(HashTag.Document, WireCodec<T>.Encode(document));

    /// <summary>Keeps a document durably, before any command names it.</summary>
    internal static async ValueTask<Digest> KeepAsync<T>(Call call, T document)
    {
        var bytes = WireCodec<T>.Encode(document);
        var digest = Hashes.Tagged(HashTag.Document, bytes);
        await using var draft = await call.Content.BeginAsync(call.Aborted);
        await draft.Stream.WriteAsync(bytes, call.Aborted);
        await draft.KeepAsync(new ContentName(ContentKind.Document, digest), call.Aborted);
        return digest;
    }

    /// <summary>Reads a document, or nothing where it is not kept here.</summary>
    internal static async ValueTask<T?> FindAsync<T>(Call call, Digest digest)
        where T : class
    {
        await using var stream = await call.Content.OpenAsync(
            new ContentName(ContentKind.Document, digest), call.Aborted);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, call.Aborted);
        return WireCodec<T>.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
