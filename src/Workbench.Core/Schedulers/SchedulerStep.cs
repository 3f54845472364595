using static TorchSharp.torch;

namespace Workbench.Schedulers;

/// <summary>The result of one sampling step.</summary>
/// <param name="PrevSample">The less noisy sample, with the shape and dtype of the sample that came in.</param>
/// <param name="PredX0">The estimate of the clean sample at this step, same shape and dtype: a free preview.</param>
public readonly record struct SchedulerStep(Tensor PrevSample, Tensor PredX0);
