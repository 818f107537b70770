namespace Exchange.Store.Tests.Contracts;

/// <summary>What every store promises about its own condition.</summary>
public abstract class StoreHealthContract(IStoreHealth health, Func<UnixMilliseconds> clock)
{
    [Fact]
    public async Task A_good_store_tells_its_own_time_as_of_the_call()
    {
        var before = clock();
        var good = Assert.IsType<StoreCondition.Good>(await health.CheckAsync(default));
        var after = clock();

        Assert.InRange(good.Time.Value, before.Value, after.Value);
    }
}
