using Workbench.Personalization;
using Xunit;

namespace Workbench.Tests.Personalization;

public sealed class ContrastiveDecouplingTests
{
    private const string Instance = "a photo of sks person", Class = "a photo of person";

    [Fact]
    public void Training_prompts_are_the_published_strings()
    {
        var cdl = ContrastiveDecoupling.Paper;
        Assert.Equal("a photo of sks person, bhj noisy pattern", cdl.InstancePrompt(Instance));
        Assert.Equal("a photo of person, without bhj noisy pattern", cdl.ClassPrompt(Class));
    }

    [Fact]
    public void Sampling_denies_the_noise_and_names_it_in_the_negative_prompt()
    {
        var cdl = ContrastiveDecoupling.Paper;
        Assert.Equal("a photo of sks person, without bhj noisy pattern", cdl.SamplingPrompt(Instance));
        Assert.Equal("noisy, abstract, pattern, low quality", cdl.SamplingNegativePrompt);
        Assert.Equal("noisy, lowres, artifact, pattern", ContrastiveDecoupling.ReleasedCode.SamplingNegativePrompt);
    }

    [Fact]
    public void Off_leaves_every_prompt_alone()
    {
        var off = ContrastiveDecoupling.Off;
        Assert.False(off.IsOn);
        Assert.Equal((Instance, Class, Instance, ""), (off.InstancePrompt(Instance), off.ClassPrompt(Class), off.SamplingPrompt(Instance), off.SamplingNegativePrompt));
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void Each_part_is_a_switch_of_its_own(bool train, bool suffix, bool negative)
    {
        var cdl = new ContrastiveDecoupling { TrainWithNoiseToken = train, SuffixAtSampling = suffix, NegativeAtSampling = negative, NoiseToken = "xjy noise" };
        Assert.True(cdl.IsOn);
        Assert.Equal(train, cdl.InstancePrompt(Instance) == $"{Instance}, xjy noise");
        Assert.Equal(train, cdl.ClassPrompt(Class) == $"{Class}, without xjy noise");
        Assert.Equal(suffix, cdl.SamplingPrompt(Instance) == $"{Instance}, without xjy noise");
        Assert.Equal(negative, cdl.SamplingNegativePrompt.Length > 0);
    }

    [Fact]
    public void A_part_that_is_on_needs_its_text()
    {
        Assert.Throws<ArgumentException>(() => (ContrastiveDecoupling.Paper with { NoiseToken = " " }).Validate());
        Assert.Throws<ArgumentException>(() => (ContrastiveDecoupling.Paper with { NegativePrompt = "" }).Validate());
        (ContrastiveDecoupling.Off with { NoiseToken = "" }).Validate();
    }

    [Fact]
    public void The_papers_numbers()
    {
        var paper = DreamBoothConfig.Paper;
        Assert.Equal((1000, 1, 5e-7, 1.0, true, true), (paper.MaxTrainSteps, paper.TrainBatchSize, paper.LearningRate, paper.PriorLossWeight, paper.WithPriorPreservation, paper.TrainTextEncoder));
        Assert.Equal((0.9, 0.999, 1e-2, 1e-8, 1.0), (paper.AdamBeta1, paper.AdamBeta2, paper.AdamWeightDecay, paper.AdamEpsilon, paper.MaxGradNorm));
        Assert.Equal((null, 0.0, 0.0, ContrastiveDecoupling.Off), (paper.TextEncoderLearningRate, paper.ClassPromptDropout, paper.NegativePromptShare, paper.Decoupling));
        Assert.Equal((200, 50, 7.5), (paper.ClassSampling.ImagesPerPrompt, paper.ClassSampling.NumInferenceSteps, paper.ClassSampling.GuidanceScale));
        Assert.Equal((16, 100, 7.5), (SamplingConfig.Paper.ImagesPerPrompt, SamplingConfig.Paper.NumInferenceSteps, SamplingConfig.Paper.GuidanceScale));
    }

    [Fact]
    public void A_config_trains_with_the_decoupled_prompts_and_draws_class_pictures_from_the_plain_one()
    {
        var config = DreamBoothConfig.Paper with { Decoupling = ContrastiveDecoupling.Paper };
        Assert.Equal("a photo of sks person, bhj noisy pattern", config.InstanceTrainingPrompt);
        Assert.Equal("a photo of person, without bhj noisy pattern", config.ClassTrainingPrompt);
        Assert.Equal("a photo of person", config.ClassPrompt);
    }
}
