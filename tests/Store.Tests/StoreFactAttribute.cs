using Xunit.Abstractions;
using Xunit.Sdk;

namespace Exchange.Store.Tests;

// family: facts that are left out where a class needs a server and there is none

/// <summary>A fact of a contract, or of one store.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Exchange.Store.Tests.StoreFactDiscoverer", "Exchange.Store.Tests")]
public sealed class StoreFactAttribute : FactAttribute;

/// <summary>A theory of a contract, or of one store.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Exchange.Store.Tests.StoreTheoryDiscoverer", "Exchange.Store.Tests")]
public sealed class StoreTheoryAttribute : TheoryAttribute;

/// <summary>The tests of the class need a PostgreSQL server.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsServerAttribute : Attribute
{
    internal static string? ReasonToSkip(ITestMethod method) =>
        method.TestClass.Class.GetCustomAttributes(typeof(NeedsServerAttribute)).Any()
            ? ServerFactAttribute.ReasonToSkip
            : null;
}

public sealed class StoreFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    private readonly IMessageSink _messages = messages;

    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        NeedsServerAttribute.ReasonToSkip(testMethod) is null
            ? base.CreateTestCase(discoveryOptions, testMethod, factAttribute)
            : new LeftOutTestCase(_messages, testMethod);
}

public sealed class StoreTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    private readonly IMessageSink _messages = messages;

    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        NeedsServerAttribute.ReasonToSkip(testMethod) is null
            ? base.Discover(discoveryOptions, testMethod, theoryAttribute)
            : [new LeftOutTestCase(_messages, testMethod)];
}

/// <summary>A test that is counted as skipped, with the reason.</summary>
public sealed class LeftOutTestCase : XunitTestCase
{
    [Obsolete("For the runner, which reads test cases back.")]
    public LeftOutTestCase()
    {
    }

    internal LeftOutTestCase(IMessageSink messages, ITestMethod method)
        : base(messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        NeedsServerAttribute.ReasonToSkip(TestMethod);
}
