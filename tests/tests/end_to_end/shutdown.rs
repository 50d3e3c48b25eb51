//! SIGTERM: what was begun is finished, nothing new is taken, and the server ends well.

use patientportal_tests::installation::CLINIC;
use patientportal_tests::waiting::until;
use patientportal_tests::{Installation, ServerProcess, Visitor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_flight_is_answered_before_the_server_ends() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut visitor = Visitor::at(&installation);
    let front = visitor.front().await.unwrap();
    let form =
        front.form("Log ind").fill("CPR-nummer", "251248-9996").fill("Adgangskode", "Forkert-9").press("Log ind");
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form.values).finish();
    let cookies = visitor.client.jar.header(&form.action).unwrap();
    let (begin, end) = body.split_at(body.len() / 2);

    let mut connection = TcpStream::connect(("127.0.0.1", installation.port)).await.unwrap();
    let origin = installation.url("");
    let head = format!(
        "POST /{CLINIC}/log-ind HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nOrigin: {origin}\r\nSec-Fetch-Site: same-origin\r\n\
         Cookie: {cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        installation.port,
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    // The server asks for the body: it has the request in hand.
    let mut answer = vec![0; 25];
    connection.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 100 Continue\r\n\r\n");
    connection.write_all(begin.as_bytes()).await.unwrap();

    server.ask_to_end();
    until("the door to close", async || {
        TcpStream::connect(("127.0.0.1", installation.port)).await.is_err().then_some(())
    })
    .await;
    connection.write_all(end.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 422 ") && answer.trim_end().ends_with("</html>"), "{answer}");
    let ended = server.ended().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let installation = Installation::new().await;
    let server = ServerProcess::start(&installation).await;
    let mut idle = TcpStream::connect(("127.0.0.1", installation.port)).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", installation.port);
    idle.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    idle.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 200");
    let ended = server.stop().await;
    assert!(!ended.stderr.contains("did not finish in time"), "{}", ended.stderr);
}
