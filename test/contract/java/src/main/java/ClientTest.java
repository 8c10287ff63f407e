import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/** What people do with MLflow's Java client. */
public class ClientTest {
  private static int checks = 0;

  private static void equal(Object actual, Object wanted, String what) {
    checks += 1;
    if (!wanted.equals(actual)) throw new AssertionError(what + ": " + actual + " rather than " + wanted);
  }

  public static void main(String[] arguments) throws Exception {
    String url = System.getenv("MLFLOW_TRACKING_URI");
    String token = System.getenv("MLFLOW_TRACKING_TOKEN");
    try (MlflowClient client = new MlflowClient(new BasicMlflowHostCreds(url, null, null, token, false))) {
      String mark = "java-" + System.nanoTime();
      String experiment = experiments(client, mark);
      String run = runs(client, experiment);
      fluent(client, mark);
      registry(client, mark, run);
    }
    System.out.println(checks + " checks");
  }

  private static String experiments(MlflowClient client, String mark) {
    String id = client.createExperiment(mark);
    client.setExperimentTag(id, "team", "vision");
    Experiment found = client.getExperimentByName(mark).get();
    equal(found.getExperimentId(), id, "experiment by name");
    equal(found.getTags(0).getValue(), "vision", "tag of the experiment");
    equal(client.getExperimentByName(mark + "-none"), Optional.empty(), "no such experiment");
    client.renameExperiment(id, mark + "-renamed");
    equal(client.getExperiment(id).getName(), mark + "-renamed", "renamed experiment");
    try {
      client.createExperiment(mark + "-renamed");
      throw new AssertionError("a name was given twice");
    } catch (MlflowClientException refused) {
      equal(refused.getMessage().contains("already exists"), true, "why a name is refused");
    }
    return id;
  }

  private static String runs(MlflowClient client, String experiment) {
    RunInfo run = client.createRun(experiment);
    String id = run.getRunId();
    client.logParam(id, "lr", "0.1");
    for (int step = 0; step < 3; step++) client.logMetric(id, "loss", 1.0 / (step + 1), 1000 + step, step);
    client.logMetric(id, "nan", Double.NaN);
    client.setTag(id, "colour", "red");
    client.logBatch(
        id,
        List.of(Metric.newBuilder().setKey("acc").setValue(0.9).setTimestamp(5).setStep(7).build()),
        List.of(Param.newBuilder().setKey("depth").setValue("3").build()),
        List.of(RunTag.newBuilder().setKey("more").setValue("x").build()));
    client.setTerminated(id, RunStatus.FINISHED, 2000);
    Run found = client.getRun(id);
    equal(found.getInfo().getStatus(), RunStatus.FINISHED, "status");
    equal(found.getInfo().getEndTime(), 2000L, "end");
    Map<String, String> params =
        found.getData().getParamsList().stream().collect(Collectors.toMap(Param::getKey, Param::getValue));
    equal(params, Map.of("lr", "0.1", "depth", "3"), "parameters");
    Map<String, Double> metrics =
        found.getData().getMetricsList().stream().collect(Collectors.toMap(Metric::getKey, Metric::getValue));
    equal(metrics, Map.of("loss", 1.0 / 3, "acc", 0.9, "nan", Double.NaN), "metrics");
    equal(client.getMetricHistory(id, "loss").size(), 3, "points");
    equal(client.getMetricHistory(id, "loss").get(2).getStep(), 2L, "step of the last point");
    equal(
        client.searchRuns(List.of(experiment), "metrics.acc > 0.5 and tags.colour = 'red'").size(),
        1,
        "runs found");
    client.deleteRun(id);
    equal(client.getRun(id).getInfo().getLifecycleStage(), "deleted", "a deleted run");
    equal(client.searchRuns(List.of(experiment), "").size(), 0, "active runs");
    equal(
        client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY, 10).getItems().size(), 1, "deleted runs");
    client.restoreRun(id);
    equal(client.getRun(id).getInfo().getLifecycleStage(), "active", "a restored run");
    return id;
  }

  private static void fluent(MlflowClient client, String mark) {
    MlflowContext context = new MlflowContext(client);
    context.setExperimentName(mark + "-renamed");
    ActiveRun parent = context.startRun("parent");
    parent.logParam("alpha", "0.5");
    parent.logMetric("mse", 1.5);
    ActiveRun child = context.startRun("child", parent.getId());
    child.setTag("which", "child");
    child.endRun();
    parent.endRun();
    Run found = context.getClient().getRun(child.getId());
    Map<String, String> tags =
        found.getData().getTagsList().stream().collect(Collectors.toMap(RunTag::getKey, RunTag::getValue));
    equal(tags.get("mlflow.parentRunId"), parent.getId(), "the parent of a run");
    equal(found.getInfo().getStatus(), RunStatus.FINISHED, "the end of a run");
  }

  private static void registry(MlflowClient client, String name, String run) {
    client.sendPost(
        "registered-models/create", "{\"name\": \"" + name + "\"}");
    for (int count = 0; count < 2; count++) {
      client.sendPost(
          "model-versions/create",
          "{\"name\": \"" + name + "\", \"source\": \"runs:/" + run + "/model\", \"run_id\": \"" + run + "\"}");
    }
    equal(client.getRegisteredModel(name).getName(), name, "the model");
    client.sendPost(
        "model-versions/transition-stage",
        "{\"name\": \"" + name + "\", \"version\": \"1\", \"stage\": \"Production\"}");
    ModelVersion version = client.getModelVersion(name, "1");
    equal(version.getCurrentStage(), "Production", "stage");
    equal(version.getRunId(), run, "the run of a version");
    List<ModelVersion> latest = client.getLatestVersions(name, List.of("Production"));
    equal(latest.size(), 1, "versions in production");
    equal(client.getLatestVersions(name).size(), 2, "a version for each stage");
    equal(client.searchModelVersions("name = '" + name + "'").getItems().size(), 2, "versions found");
  }
}
