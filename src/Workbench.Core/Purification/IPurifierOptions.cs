namespace Workbench.Purification;

/// <summary>Options that can be wrong: a chain's are checked before any network is read.</summary>
internal interface IPurifierOptions
{
    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    void Validate();
}
