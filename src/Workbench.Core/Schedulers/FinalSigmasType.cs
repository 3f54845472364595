namespace Workbench.Schedulers;

/// <summary>The noise level that the last step of a multistep solver goes to.</summary>
public enum FinalSigmasType
{
    /// <summary>No noise at all.</summary>
    Zero,

    /// <summary>The noise level of training timestep 0.</summary>
    SigmaMin,
}
