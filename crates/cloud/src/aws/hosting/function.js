// Leads visitors of a folder to its page.
function handler(event) {
    var request = event.request;
    // S3 takes a plain plus for a space.
    var uri = request.uri.replace(/\+/g, '%2B');
    var name = uri.substring(uri.lastIndexOf('/') + 1);
    if (name === '') {
        uri += 'index.html';
    } else if (name.indexOf('.') < 0) {
        uri += '/index.html';
    }
    request.uri = uri;
    return request;
}
