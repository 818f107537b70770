using System.Collections;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Exchange.Grains.Rules;
using Exchange.Grains.Wire;
using Exchange.Ledger;

namespace Exchange.Api.Tests;

/// <summary>
/// A name in every field that the list of fields marks personal, numbers of households and cells of their rows, given
/// through the API to a node on SQLite: nowhere on disk, in no line of the log, in no export and no audit.
/// </summary>
public sealed class PersonalTextsTests
{
    private const string Planted = "Planted-Wang Xiaoming-";

    [Fact]
    public async Task Personal_texts_numbers_and_cells_are_nowhere_in_clear()
    {
        await using var village = await Village.FoundAsync(new() { OnDisk = true }, households: 2);
        var story = village.Story;
        await PlantAsync(story, village.Households[0]);
        await PlantRowsAsync(village);
        await SendBrokenAsync(story);
        var export = await story.ExportAsync();
        var audit = (await story.AuditAsync()).ToJsonString();

        Assert.Equal(MarkedFields(), await SealedFieldsAsync(village.Node));
        var files = await FilesAsync(village.Node.Folder);
        Assert.Contains(files, file => file.Name.EndsWith("-wal", StringComparison.Ordinal));
        Assert.Contains(files, file => Holds(file.Bytes, Encoding.UTF8.GetBytes("Beijing Road 1")));
        files.Add(new("the export", export));
        files.Add(new("the audit", Encoding.UTF8.GetBytes(audit)));
        files.Add(new("the log", Encoding.UTF8.GetBytes(string.Join('\n', village.Node.Log.Texts))));
        Assert.True(village.Node.Log.Texts.Count > 100);
        Assert.Empty(
            from file in files
            from encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode }
            from text in new[] { Planted, Story.DetailsSecret, Story.NumberSecret, "villager-", "Li Na", "cause-00" }
            where Holds(file.Bytes, encoding.GetBytes(text))
            select $"{text} as {encoding.WebName} in {file.Name}");
    }

    // One text for each field, so that a leak names the field.
    private static async Task PlantAsync(Story story, Villager household)
    {
        var path = $"/v1/households/{household.Id}";
        (await story.Department.Patch(path, new { county = "520103", note = Planted + "correction" })).Ok();
        var joined = (await story.Department.Post(
            $"{path}/members", new { adult = true, details = Planted + "details" })).Created();
        var second = joined.Data["members"]!.AsArray().Select(m => m!["id"]!.GetValue<string>())
            .First(id => id != household.Member);
        (await story.Department.Patch(
            $"{path}/members/{second}", new { adult = true, details = Planted + "corrected" })).Ok();
        (await story.Department.Post($"{path}/members/{second}/remove", new { note = Planted + "left" })).Ok();
        var signed = story.Consent();
        signed["giver"] = household.Member;
        signed["collection"] = new JsonObject
        {
            ["signedAt"] = "2026-01-02T08:00:00+08:00",
            ["scan"] = new string('b', 64),
            ["paperReference"] = Planted + "shelf",
            ["note"] = Planted + "collected",
        };
        var paper = (await story.Officer.Post($"{path}/consents", signed)).Created().Id;
        (await story.SecondOfficer.Post(
            $"{path}/consents/{paper}/confirm",
            new { witness = Planted + "witness", scan = new string('b', 64) })).Ok();
        (await household.Client.Post(
            $"{path}/consents/{paper}/withdraw", new { note = Planted + "withdrawn" })).Ok();
        (await story.Department.Post(
            $"{path}/consents/{paper}/invalidate", new { reason = Planted + "error" })).Ok();
        var number = (await story.Department.Post("/v1/identifiers", new
        {
            scheme = "register",
            value = Planted + "number",
            household = household.Id,
        })).Created().Id;
        (await story.Department.Post($"/v1/identifiers/{number}/correct", new
        {
            household = story.OtherHouseholdId,
            reason = Planted + "misfiled",
        })).Ok();
        var officer = Story.OfficerBody("planted", "5201");
        officer["name"] = Planted + "officer";
        (await story.Department.Post("/v1/departments/relief/officers", officer)).Created();
        (await story.Department.Post("/v1/officers/planted/revoke", new { reason = Planted + "revoked" })).Ok();
    }

    private static async Task PlantRowsAsync(Village village)
    {
        var revision = (await village.Story.Department.Post(
            "/v1/datasets/poverty/revisions", Story.RevisionBody())).Created().Id;
        (await village.Story.Department.PutCsv(
            $"/v1/revisions/{revision}/content",
            $"number,cause,income\r\nvillager-0001,{Planted}cell,1\r\n{Planted}unlinked,{Planted}row,2\r\n")).Ok();
        using var open = await village.OpenAsync(await village.StartAsync());
        Assert.True((await open.ReadToEndAsync()).Whole);
    }

    private static async Task SendBrokenAsync(Story story)
    {
        (await story.Department.Post(
            "/v1/households", $$"""{"county":"520102","members":[{"adult":"{{Planted}}"}]}"""))
            .Expect(System.Net.HttpStatusCode.BadRequest);
        (await story.Department.Post(
            "/v1/households", new { county = Planted, members = new[] { new { adult = true, details = Planted } } }))
            .Expect(System.Net.HttpStatusCode.BadRequest);
    }

    /// <summary>What the list of fields marks, as type and field; events repeat what their commands say.</summary>
    private static IReadOnlyList<string> MarkedFields()
    {
        var path = Path.Combine(RootOf(AppContext.BaseDirectory), "tests", "Vectors", "wire-fields.txt");
        var (marked, type) = (new SortedSet<string>(StringComparer.Ordinal), "");
        foreach (var line in File.ReadLines(path))
        {
            if (!line.StartsWith(' '))
            {
                type = line.StartsWith("event ", StringComparison.Ordinal) ? "" : line.Split(' ')[^1];
            }
            else if (type.Length > 0 && line.EndsWith(" personal", StringComparison.Ordinal))
            {
                _ = marked.Add($"{type}.{line.Trim().Split(':')[0]}");
            }
        }

        return [.. marked];
    }

    /// <summary>What is sealed in the commands on the chains: proof that something was planted in each field.</summary>
    private static async Task<IReadOnlyList<string>> SealedFieldsAsync(TestNode node)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var (chain, _) in node.Ledger.ReadChainsAsync(after: null, default))
        {
            await foreach (var stored in node.Ledger.ReadChainAsync(chain, new(0), through: null, default))
            {
                AddSealed(found, WireCatalog.Read(EntryCodec.Decode(stored.Bytes).Command));
            }
        }

        return [.. found];
    }

    private static void AddSealed(SortedSet<string> found, object holder)
    {
        foreach (var property in holder.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0))
        {
            switch (property.PropertyType.IsPrimitive ? null : property.GetValue(holder))
            {
                case SealedText:
                    _ = found.Add($"{holder.GetType().Name}.{property.Name}");
                    break;
                case string or null:
                    break;
                case IEnumerable many:
                    foreach (var each in many.Cast<object>().Where(IsRecord))
                    {
                        AddSealed(found, each);
                    }

                    break;
                case var one when IsRecord(one):
                    AddSealed(found, one);
                    break;
            }
        }
    }

    private static bool IsRecord(object value) =>
        value.GetType() is { IsClass: true } type && type.Assembly == typeof(Command).Assembly;

    /// <summary>
    /// All files of the node as they are now. Copied by another process: closing a database file in this one would
    /// give up the locks that SQLite holds on it.
    /// </summary>
    private static async Task<List<KeptFile>> FilesAsync(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("exchange-secrecy-");
        try
        {
            using var copying = Process.Start("cp", ["-r", folder, copy.FullName]);
            await copying.WaitForExitAsync();
            Assert.Equal(0, copying.ExitCode);
            return
            [
                .. copy.EnumerateFiles("*", SearchOption.AllDirectories)
                    .Select(file => new KeptFile(file.Name, File.ReadAllBytes(file.FullName))),
            ];
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static bool Holds(byte[] bytes, byte[] text) => bytes.AsSpan().IndexOf(text) >= 0;

    private static string RootOf(string folder) => File.Exists(Path.Combine(folder, "Exchange.sln"))
        ? folder
        : RootOf(Path.GetDirectoryName(folder)!);

    private sealed record KeptFile(string Name, byte[] Bytes);
}
